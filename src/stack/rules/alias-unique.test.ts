import { expect, test } from 'vitest';
import { tcp } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleService } from '../sample.ts';
import { aliasUnique } from './alias-unique.ts';

test('a mail server outside that is called like a service is refused', () => {
  expect(
    problemsOf([sampleService('relay', { ports: { smtp: tcp(25) }, health: { port: 'smtp' }, publish: ['smtp'] })], {
      declaration: { mail: { host: 'relay', port: 587, user: 'a', from: 'a@example.org' } },
    }),
  ).toEqual([
    'alias-unique mail: its host relay is also the name of a service of this stack; write the whole name of the mail server, such as relay.example.net',
  ]);
});

test('its whole name passes', () => {
  expect(
    findingsOf(aliasUnique, [sampleService('relay', {})], {
      declaration: { mail: { host: 'relay.example.net', port: 587, user: 'a', from: 'a@example.org' } },
    }),
  ).toEqual([]);
});
