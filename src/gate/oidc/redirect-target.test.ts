import { expect, it } from 'vitest';
import { differsByPort, formTargetOf } from './redirect-target.ts';

const registered = 'http://127.0.0.1:8000/callback?x=1';

it.each([
  ['another port', 'http://127.0.0.1:51000/callback?x=1', true],
  ['no port', 'http://127.0.0.1/callback?x=1', true],
  ['another path', 'http://127.0.0.1:51000/other?x=1', false],
  ['another query', 'http://127.0.0.1:51000/callback?x=2', false],
  ['a fragment', 'http://127.0.0.1:51000/callback?x=1#y', false],
  ['another name of the machine', 'http://localhost:51000/callback?x=1', false],
  ['another loopback address', 'http://127.0.0.2:51000/callback?x=1', false],
  ['credentials that look like the host', 'http://127.0.0.1:51000@evil.test/callback?x=1', false],
  ['a longer host', 'http://127.0.0.1.evil.test/callback?x=1', false],
  ['another scheme', 'https://127.0.0.1:51000/callback?x=1', false],
  ['a port that is none', 'http://127.0.0.1:99999/callback?x=1', false],
])('an address with %s is judged letter by letter', (_, uri, expected) => {
  expect(differsByPort(registered, uri)).toBe(expected);
});

it('never loosens an address that is not on loopback', () => {
  expect(differsByPort('http://10.0.0.1:80/', 'http://10.0.0.1:81/')).toBe(false);
});

it.each([
  ['https://app.example.net:8443/a?b', 'https://app.example.net:8443'],
  ['http://127.0.0.1:51000/callback', 'http://127.0.0.1:51000'],
  ['http://[::1]:51000/callback', 'http:'],
  ['net.example.app:/callback', 'net.example.app:'],
  ['no address', undefined],
])('%s becomes a source of a policy', (uri, expected) => {
  expect(formTargetOf(uri)).toBe(expected);
});
