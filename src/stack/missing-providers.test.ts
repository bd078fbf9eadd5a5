import { expect, test } from 'vitest';
import { ldap, postgres, reach, smtp } from '../contracts/index.ts';
import { optional } from '../service/index.ts';
import { missingProviders } from './missing-providers.ts';
import { byName, sampleApp, sampleEdge, sampleProvider, sampleSignOn } from './sample.ts';

const services = byName([
  sampleEdge,
  { ...sampleSignOn, needs: { people: ldap() } },
  sampleProvider('openldap', 'ldap', 389),
  { ...sampleProvider('aurora', 'postgres', 5432), conflicts: ['postgresql'] },
  sampleProvider('postgresql', 'postgres', 5432),
  sampleProvider('mailserver', 'smtp', 587),
  sampleApp('wiki', { needs: { db: postgres(), mail: optional(smtp()) } }),
  { ...sampleProvider('cards', 'chat', 8000), gpu: { vram: '12GiB' } },
  sampleProvider('plain', 'small-chat', 8000),
  sampleApp('models', { needs: { any: reach('chat', 'small-chat') } }),
  sampleApp('talk', { needs: { any: reach('chat') } }),
  sampleApp('reader', { needs: { servers: reach('mysql', 'postgres', 'smtp'), voices: optional(reach('ldap')) } }),
  sampleApp('mailbox', { needs: { servers: reach('smtp') } }),
  sampleApp('tool', { needs: { mail: smtp() }, route: { port: 'web', access: { groups: ['admin'] } } }),
]);

function missing(added: readonly string[], chosen: readonly string[] = [], outside: readonly string[] = []): readonly string[] {
  return missingProviders({ added, chosen, outside }, services).map(({ name, kind, neededBy }) => `${neededBy} needs ${kind}: ${name}`);
}

test('what is needed and not there is found, by its default provider; what may be absent is not', () => {
  expect(missing(['wiki'])).toEqual(['wiki needs postgres: postgresql', 'wiki needs edge: caddy']);
});

test('what a provider needs is found too', () => {
  expect(missing(['tool'], ['caddy'])).toEqual(['tool needs smtp: mailserver', 'tool needs sign-on: gate', 'gate needs ldap: openldap']);
});

test('of what it only reaches one is enough: the default provider of the first that there is', () => {
  expect(missing(['reader'], ['caddy'])).toEqual(['reader needs postgres: postgresql']);
  expect(missing(['reader'], ['caddy', 'mailserver'])).toEqual([]);
});

test('one that wants no graphics card comes before one that does', () => {
  expect(missing(['models'], ['caddy'])).toEqual(['models needs small-chat: plain']);
  expect(missing(['models'], ['caddy', 'cards'])).toEqual([]);
  expect(missing(['talk'], ['caddy'])).toEqual(['talk needs chat: cards']);
});

test('another provider that was chosen is enough, and so is one outside', () => {
  expect(missing(['wiki'], ['aurora', 'caddy'])).toEqual([]);
  expect(missing(['tool'], ['caddy', 'gate'], ['smtp'])).toEqual([]);
});

test('nothing outside is reached', () => {
  expect(missing(['mailbox'], ['caddy'], ['smtp'])).toEqual(['mailbox needs smtp: mailserver']);
});
