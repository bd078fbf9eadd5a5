import { expect, test, vi } from 'vitest';
import type { Person } from '../people/person.ts';
import { memoryRuntime } from '../runtime/memory.ts';
import type { ExecResult } from '../runtime/runtime.ts';
import { sampleEdge, sampleSignOn, sampleStack } from '../stack/sample.ts';
import { invite } from './invite.ts';

const signal = AbortSignal.timeout(10_000);
const links = sampleStack([sampleEdge, { ...sampleSignOn, provides: { 'sign-on': { port: 'web', links: 'resetSecret' } } }]);
const ownPage = sampleStack([sampleEdge, { ...sampleSignOn, provides: { 'sign-on': { port: 'web', resets: '/reset' } } }]);
const ben: Person = {
  dn: 'uid=ben,ou=people,dc=example,dc=org',
  id: '1',
  name: 'ben',
  fullName: 'Ben Böhme',
  mail: 'ben@example.org',
  groups: [],
  state: 'active',
  kind: 'person',
  passwordState: '1 20260101000000Z',
};

/** Invites, and gives what the sign-on server was asked and what was printed. */
async function invited(person: Person, by: 'mail' | 'link', answer: object, stack = links) {
  const asked: Readonly<Record<string, unknown>>[] = [];
  const runtime = memoryRuntime(() => ({
    exec: (_argv, input = ''): ExecResult => {
      asked.push(JSON.parse(input) as Readonly<Record<string, unknown>>);
      return { status: 0, stdout: JSON.stringify(answer), stderr: '' };
    },
  }));
  await runtime.apply({ number: 1, directory: '/', services: { gate: { digest: 'x' } } }, ['gate'], signal);
  const openReveal = async () => await Promise.resolve(() => 'the key of a test');
  const { json, print } = await invite({ stack, runtime, openReveal }, person, by, signal);
  const said: string[] = [];
  const [log, error] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
  for (const spy of [log, error]) spy.mockImplementation((line: unknown) => void said.push(String(line)));
  print();
  for (const spy of [log, error]) spy.mockRestore();
  return { json, asked, said };
}

test.each([
  ['active', 'reset', '/reset-password/new'],
  ['locked', 'reset', '/reset-password/new'],
  ['invited', 'welcome', '/welcome'],
] as const)('who is %s gets a link of the kind %s by mail, and it is printed nowhere', async (state, purpose, path) => {
  const { json, asked, said } = await invited({ ...ben, state }, 'mail', { sent: true });
  expect(asked).toEqual([
    {
      kind: 'mail-link',
      to: 'ben@example.org',
      fullName: 'Ben Böhme',
      username: 'ben',
      purpose,
      url: expect.stringContaining(`https://auth.example.org${path}?token=`) as string,
      validUntil: expect.any(String) as string,
    },
  ]);
  expect(json).toEqual({ mailedTo: 'ben@example.org', url: null, validUntil: asked[0]?.['validUntil'] });
  expect(said).toEqual(['a link to choose a password went to ben@example.org']);
});

test('where no mail can be sent, the link is printed and it says why', async () => {
  const { json, said } = await invited(ben, 'mail', { sent: false, why: 'no mail is configured' });
  const why = 'no mail is configured';
  expect(json).toMatchObject({ mailedTo: null, why, url: expect.stringContaining('/reset-password/new?token=') as string });
  expect(said[0]).toContain('note: no mail was sent: no mail is configured; give the link yourself');
  expect(said[2]).toMatch(/^https:\/\/auth\.example\.org\/reset-password\/new\?token=/);
});

test('where a link was asked for, nobody is mailed', async () => {
  const { json, asked, said } = await invited(ben, 'link', { sent: true });
  expect(asked).toEqual([]);
  expect(json).toMatchObject({ mailedTo: null, why: 'not asked for', url: expect.any(String) as string });
  expect(said).toHaveLength(2);
});

test('a sign-on server that mails its own links says so, and no link is ours to give', async () => {
  const { json, asked, said } = await invited(ben, 'mail', { sent: true }, ownPage);
  expect(asked).toEqual([]);
  const why = 'the sign-on server of this cluster mails its links itself';
  expect(json).toEqual({ mailedTo: null, why, url: 'https://auth.example.org/reset', validUntil: null });
  expect(said).toEqual([
    'note: no mail was sent: the sign-on server of this cluster mails its links itself',
    'ben asks for a password by mail here:',
    'https://auth.example.org/reset',
  ]);
  const without = await invited(ben, 'mail', {}, sampleStack([]));
  expect(without.said[0]).toContain('no mail was sent: there is no link to send');
  expect(without.json).toEqual({ mailedTo: null, why: 'there is no link to send', url: null, validUntil: null });
});
