import { expect, test } from 'vitest';
import { formatProblem, parseDeclaration } from './parse.ts';
import { chooseByProfile, defaultProvider, profilesOf } from './profiles.ts';
import { byName, sampleApp, sampleEdge, sampleProvider, sampleService, sampleSignOn } from './sample.ts';

const services = byName([
  { ...sampleEdge, category: 'edge' },
  { ...sampleSignOn, category: 'identity' },
  sampleApp('authelia', { category: 'identity', conflicts: ['gate'], provides: { 'sign-on': { port: 'web' } } }),
  { ...sampleProvider('postgresql', 'postgres', 5432), category: 'data' },
  { ...sampleProvider('aurora', 'postgres', 5432), category: 'data', conflicts: ['postgresql'] },
  { ...sampleProvider('mariadb', 'mariadb', 3306), category: 'data' },
  sampleApp('mailu', { category: 'communication', conflicts: ['mailserver', 'roundcube'] }),
  sampleApp('mailserver', { category: 'communication', conflicts: ['mailu'] }),
  sampleApp('roundcube', { category: 'communication', conflicts: ['mailu'] }),
  sampleService('translator', { category: 'tools', profiles: ['ai', 'tools'] }),
  sampleApp('wiki'),
]);

function choose(...profiles: Parameters<typeof chooseByProfile>[0]['profiles']): readonly string[] {
  return chooseByProfile({ profiles, named: [], without: [] }, services);
}

test('a service is in the profile of its category, or in those that it names', () => {
  expect(choose('apps')).toEqual(['wiki']);
  expect(choose('ai')).toEqual(['translator']);
  expect(choose('tools')).toEqual(['translator']);
  expect(choose()).toEqual([]);
});

test('core is the default provider of what nearly all others need', () => {
  expect(choose('core')).toEqual(['caddy', 'gate', 'postgresql']);
  expect(profilesOf(services['postgresql'] ?? sampleEdge, services)).toEqual(['core', 'data']);
  expect(profilesOf(services['caddy'] ?? sampleEdge, services)).toEqual(['core', 'edge']);
});

test('of alternatives one is chosen: the one that names the fewest others', () => {
  expect(choose('communication')).toEqual(['mailserver', 'roundcube']);
  expect(choose('data', 'identity')).toEqual(['gate', 'mariadb', 'postgresql']);
  expect(defaultProvider('postgres', services)?.name).toBe('postgresql');
});

test('what is chosen by name takes the place of its alternatives, and what is left out stays out', () => {
  const wish = { profiles: ['communication', 'data'] as const, named: ['mailu'], without: ['postgresql'] };
  expect(chooseByProfile(wish, services)).toEqual(['aurora', 'mariadb']);
});

const head = 'domain: home.localhost\nadmin: {name: anna, email: anna@example.org}\n';
const parse = (text: string): ReturnType<typeof parseDeclaration> =>
  parseDeclaration(head + text, { file: 'cluster.yaml', known: Object.keys(services), services, folder: 'home' });
const told = (text: string): readonly string[] => parse(text).problems.map((problem) => formatProblem(problem, 'cluster.yaml'));

test('cluster.yaml chooses by profile, leaves out, and adds with overrides', () => {
  const { declaration, problems, positionOf } = parse(
    'profiles: [core, data]\nwithout: [mariadb]\nservices:\n  postgresql: {env: {A: 1}}\n  wiki:\n',
  );
  expect(problems).toEqual([]);
  expect(declaration?.services).toMatchObject({ caddy: {}, gate: {}, postgresql: { env: { A: 1 } }, wiki: {} });
  expect(Object.keys(declaration?.services ?? {}).toSorted()).toEqual(['caddy', 'gate', 'postgresql', 'wiki']);
  expect(positionOf(['services', 'caddy'])).toEqual({ line: 3, column: 1 });
  expect(positionOf(['services', 'wiki'])).toEqual({ line: 7, column: 3 });
});

test('where a profile chooses, services may be absent or empty', () => {
  for (const services of ['', 'services:\n', 'services: {}\n']) expect(told(`profiles: [core]\n${services}`)).toEqual([]);
});

test('a profile that is none is refused with the nearest, and a service that cannot be left out too', () => {
  expect(told('profiles: [core, monitorin]\n')).toEqual([
    expect.stringMatching(/^problem\[unknown-profile\] cluster.yaml:3:18 .*did you mean monitoring\?\n  fix: write monitoring$/),
  ]);
  expect(told('profiles: [core]\nwithout: [gat, wiki, postgresql]\nservices: {postgresql: }\n')).toEqual([
    'problem[unknown-service] cluster.yaml:4:11 without.0: there is no service called "gat"; did you mean gate?\n  fix: write gate, or define "gat" in services/',
    'problem[without-effective] cluster.yaml:4:16 without.1: no chosen profile holds or needs wiki\n  fix: remove it here',
    'problem[without-effective] cluster.yaml:4:22 without.2: postgresql is left out here and chosen under services:\n  fix: keep one of the two',
  ]);
});

test('the machine that is meant may be another than this one', () => {
  expect(parse('machine: {memory: 64GiB, cpus: 16, disk: 500GiB, gpus: [24GiB]}\nservices: {wiki: }\n').declaration?.machine).toEqual({
    memory: '64GiB',
    cpus: 16,
    disk: '500GiB',
    gpus: ['24GiB'],
  });
  expect(parse('machine: {memory: 1.5TiB, disk: 4TiB}\nservices: {wiki: {limits: {memory: 1TiB}}}\n').problems).toEqual([]);
  expect(told('machine: {gpus: [24GB]}\nservices: {wiki: }\n')).toEqual([
    expect.stringContaining('problem[memory-valid] cluster.yaml:3:18 machine.gpus.0'),
  ]);
});
