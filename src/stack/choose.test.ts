import { expect, test } from 'vitest';
import { mariadb, postgres, smtp } from '../contracts/index.ts';
import { optional } from '../service/index.ts';
import { chooseServices } from './choose.ts';
import { byName, sampleApp, sampleEdge, sampleProvider } from './sample.ts';

const services = byName([
  { ...sampleEdge, category: 'edge' },
  { ...sampleProvider('postgresql', 'postgres', 5432), category: 'data' },
  { ...sampleProvider('aurora', 'postgres', 5432), category: 'data', conflicts: ['postgresql'] },
  { ...sampleProvider('mariadb', 'mariadb', 3306), category: 'data' },
  { ...sampleProvider('mailserver', 'smtp', 587), category: 'communication' },
  sampleApp('wiki', { needs: { db: mariadb(), mail: optional(smtp()) } }),
  sampleApp('mailer', { category: 'tools', needs: { db: postgres(), mail: smtp() } }),
]);
const mail = { host: 'relay.example.org', port: 587, user: 'anna', from: 'anna@example.org' };

test('a profile brings what its services cannot do without, and nothing else', () => {
  expect(chooseServices({ profiles: ['apps'] }, [], services)).toEqual(['caddy', 'mariadb', 'wiki']);
  expect(chooseServices({ profiles: ['tools'] }, [], services)).toEqual(['caddy', 'mailer', 'mailserver', 'postgresql']);
  expect(chooseServices({ profiles: ['tools'], mail }, [], services)).toEqual(['caddy', 'mailer', 'postgresql']);
});

test('what is there by name is not brought, and who is chosen by name brings nothing', () => {
  expect(chooseServices({ profiles: ['tools'] }, ['aurora', 'caddy'], services)).toEqual(['mailer', 'mailserver']);
  expect(chooseServices({ profiles: ['edge'] }, ['wiki'], services)).toEqual(['caddy']);
  expect(chooseServices({}, ['wiki'], services)).toEqual([]);
});

test('what is left out is not brought: an alternative takes its place where there is one', () => {
  expect(chooseServices({ profiles: ['tools'], without: ['postgresql', 'mailserver'] }, [], services)).toEqual([
    'aurora',
    'caddy',
    'mailer',
  ]);
  expect(chooseServices({ profiles: ['apps'], without: ['mariadb'] }, [], services)).toEqual(['caddy', 'wiki']);
});
