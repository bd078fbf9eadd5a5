import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatProblem, parseDeclaration, schema } from './parse.ts';

const known = ['caddy', 'gate', 'planka', 'postgresql'];
const head = 'domain: home.localhost\nadmin: {name: anna, email: anna@example.org}\n';

function parse(text: string): ReturnType<typeof parseDeclaration> {
  return parseDeclaration(text, { file: 'cluster.yaml', known, folder: 'My Cluster' });
}

function told(text: string): readonly string[] {
  return parse(text).problems.map((problem) => formatProblem(problem, 'cluster.yaml').split('\n')[0] ?? '');
}

test('what an owner leaves out has its default', () => {
  expect(parse(`${head}services:\n  caddy:\n  planka: {host: boards, limits: {memory: 1GiB}, env: {A: 1}}\n`)).toMatchObject({
    problems: [],
    declaration: {
      name: 'my-cluster',
      domain: 'home.localhost',
      admin: { name: 'anna', email: 'anna@example.org' },
      images: 'auto',
      runtime: 'auto',
      tls: 'internal',
      bind: '127.0.0.1',
      ports: {},
      services: { caddy: {}, planka: { host: 'boards', limits: { memory: '1GiB' }, env: { A: 1 } } },
    },
  });
});

test('keys of several words get the names that the rest of the program uses', () => {
  const client = '{redirects: [https://a.example/], second_factor: true, require_pkce: false, id_token_claims: [groups]}';
  const { declaration, problems } = parse(`${head}services: {planka: {second_factor: true}}\nclients: {app: ${client}}\n`);
  expect(problems).toEqual([]);
  expect(declaration).toMatchObject({
    services: { planka: { secondFactor: true } },
    clients: { app: { redirects: ['https://a.example/'], secondFactor: true, requirePkce: false, idTokenClaims: ['groups'] } },
  });
});

test('a variable may hold a secret of the owner, by its name', () => {
  const { declaration, problems } = parse(`${head}services: {planka: {env: {API_KEY: {secret: apiKey}}}}\n`);
  expect(problems).toEqual([]);
  expect(declaration?.services['planka']?.env).toEqual({ API_KEY: { kind: 'secret', id: 'planka.apiKey' } });
  expect(told(`${head}services: {planka: {env: {A: {secret: sk-1/2}, B: {}, C: {secrets: a}, D: [a]}}}\n`)).toEqual([
    'problem[secret-name-valid] cluster.yaml:3:39 services.planka.env.A.secret: it must be a lower-case letter followed by at most 19 letters and digits',
    'problem[missing-key] cluster.yaml:3:48 services.planka.env.B.secret: is missing; it must be a lower-case letter followed by at most 19 letters and digits',
    'problem[missing-key] cluster.yaml:3:55 services.planka.env.C.secret: is missing; it must be a lower-case letter followed by at most 19 letters and digits',
    'problem[unknown-key] cluster.yaml:3:59 services.planka.env.C: there is no key "secrets" here; did you mean secret?',
    'problem[wrong-type] cluster.yaml:3:72 services.planka.env.D: a list must be text, a number, true or false, or a map with secret',
  ]);
});

test('a worker has limits of its own, told as those of its service are', () => {
  const { declaration, problems } = parse(`${head}services: {planka: {workers: {queue: {limits: {memory: 2GiB, cpus: 1}}}}}\n`);
  expect(problems).toEqual([]);
  expect(declaration?.services['planka']?.workers).toEqual({ queue: { limits: { memory: '2GiB', cpus: 1 } } });
  expect(told(`${head}services: {planka: {workers: {queue: {limits: {memory: 2GB}, image: x}, stream: 1}}}\n`)).toEqual([
    'problem[memory-valid] cluster.yaml:3:56 services.planka.workers.queue.limits.memory: "2GB" must be a size in MiB, GiB or TiB',
    'problem[unknown-key] cluster.yaml:3:62 services.planka.workers.queue: there is no key "image" here',
    'problem[wrong-type] cluster.yaml:3:81 services.planka.workers.stream: 1 must be a map with limits',
  ]);
});

test('a word that is nearly right is told with the right one', () => {
  expect(told(`${head}services: {caddy: }\nclients: {app: {redirects: [https://a.example/], scopes: [opneid]}}\n`)).toEqual([
    'problem[wrong-word] cluster.yaml:4:59 clients.app.scopes.0: "opneid" must be openid, profile, email, groups or offline_access; did you mean openid?',
  ]);
});

test('a real domain listens on every address', () => {
  expect(parse(`${head.replace('home.localhost', 'xn--bcher-kva.example')}services: {caddy: }\n`).declaration?.bind).toBe('0.0.0.0');
});

test.each([
  ['My Cluster', 'my-cluster'],
  ['2024', 'cluster'],
  ['日本', 'cluster'],
  [`a${'-'.repeat(40)}b`, 'a-b'],
  ['x'.repeat(50), 'x'.repeat(31)],
])('the folder %j names the cluster %s', (folder, name) => {
  expect(parseDeclaration(`${head}services: {caddy: }`, { file: 'cluster.yaml', known, folder }).declaration?.name).toBe(name);
});

test('several mistakes are told at once, in the order of the file, each at its place', () => {
  expect(
    told('domian: home.localhost\nadmin:\n  name: Anna\n  email: anna@example.org\nservices:\n  plnka:\n    limits: {memory: 512MB}\n'),
  ).toEqual([
    'problem[missing-key] cluster.yaml:1:1 domain: is missing; it must be a domain name',
    'problem[unknown-key] cluster.yaml:1:1 cluster.yaml: there is no key "domian" here; did you mean domain?',
    'problem[person-valid] cluster.yaml:3:9 admin.name: "Anna" must be a lower-case letter followed by a-z, 0-9, dots, dashes or underscores, and not begin with datamancy-',
    'problem[unknown-service] cluster.yaml:6:3 services.plnka: there is no service called "plnka"; did you mean planka?',
    'problem[memory-valid] cluster.yaml:7:22 services.plnka.limits.memory: "512MB" must be a size in MiB, GiB or TiB',
  ]);
});

test('a misspelt service counts as the one that was meant, so that nothing follows from the slip', () => {
  const { declaration, problems } = parse(`${head}services: {postgresq: , planka: }\n`);
  expect(problems).toHaveLength(1);
  expect(Object.keys(declaration?.services ?? {})).toEqual(['postgresql', 'planka']);
});

test('names that every object has are no services', () => {
  expect(told(`${head}services:\n  __proto__:\n  constructor:\n`)).toHaveLength(2);
  expect(told(`${head}__proto__: {}\nservices: {caddy: }\n`)).toHaveLength(1);
});

test.each([
  ['uid=anna,ou=people', 'name'],
  ['anna\\nuserPassword: x', 'name'],
  ["anna'--", 'name'],
  ['datamancy-probe-member', 'name'],
  ['a@b.c\\nmail: d@e.f', 'email'],
  ['a..b@c.d', 'email'],
  ['"x y"@c.d', 'email'],
])('%j cannot become the administrator’s %s', (value, key) => {
  const admin = { name: 'anna', email: 'anna@example.org', [key]: value.replace('\\n', '\n') };
  expect(parse(`domain: a.org\nadmin: ${JSON.stringify(admin)}\nservices: {caddy: }`).problems).toHaveLength(1);
});

test.each([
  'example',
  'Example.org',
  'example.org.',
  'ex_ample.org',
  '192.168.1.1',
  '::1',
  'a..b',
  '-a.org',
  'home.local',
  'https://a.org',
  'a.123',
  `${'a'.repeat(64)}.org`,
])('%s is no domain for a cluster', (domain) => {
  expect(parse(`domain: ${JSON.stringify(domain)}\nadmin: {name: anna, email: a@b.org}\nservices: {caddy: }`).problems).toEqual([
    expect.objectContaining({ where: 'domain', position: { line: 1, column: 9 } }),
  ]);
});

test('positions of values, keys and what is absent are found for the rules', () => {
  const { positionOf } = parse(`${head}services:\n  caddy:\n  planka:\n    host: boards\n    groups: [viewer, admin]\n`);
  expect(positionOf(['services', 'planka', 'host'])).toEqual({ line: 6, column: 11 });
  expect(positionOf(['services', 'planka', 'groups', '1'])).toEqual({ line: 7, column: 22 });
  expect(positionOf(['services', 'planka', 'groups'])).toEqual({ line: 7, column: 5 });
  expect(positionOf(['services', 'caddy', 'host'])).toEqual({ line: 4, column: 3 });
  expect(positionOf(['services', 'wekan'])).toEqual({ line: 3, column: 1 });
});

test.each([
  '['.repeat(200_000),
  '{a: '.repeat(20_000),
  '- '.repeat(20_000),
  '? '.repeat(20_000),
  'a: '.repeat(9),
  `a: ${'!'.repeat(9)}`,
  '\0',
  '\uFEFF',
  '&a [*a]',
])('hostile text %# is refused and does no harm', (text) => {
  expect(parse(text).problems.length).toBeGreaterThan(0);
});

test('a file that nests or repeats without end is refused', () => {
  const levels = Array.from({ length: 700 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  const bomb = Array.from(
    { length: 9 },
    (_, depth) => `a${depth + 1}: &a${depth + 1} [${Array.from({ length: 9 }, () => `*a${depth}`).join(', ')}]`,
  );
  expect(told(levels)).toEqual([expect.stringContaining('is nested too deeply')]);
  expect(told(['a0: &a0 x', ...bomb, ...bomb.map((line) => `b${line}`)].join('\n'))).toEqual([
    expect.stringContaining('has more than 100 aliases'),
  ]);
  expect(told(`a: "${'x'.repeat(600_000)}"`)).toEqual([expect.stringContaining('is larger than 512 KiB')]);
});

test('no text makes the parser throw, and what it accepts has a domain and services', () => {
  const line = fc.constantFrom(
    'domain: a.org',
    'admin: {name: a, email: a@b.c}',
    'services:',
    '  caddy:',
    '  planka: {host: x}',
    '<<: *a',
    'a: &a',
    '- x',
    '? y',
    '%YAML 1.1',
    '---',
    '|',
    '"',
    '\t',
    '!!binary x',
    ': ',
    '{',
    ']',
    '1: 2',
    'null: ',
  );
  const document = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(line).map((lines) => lines.join('\n')),
    fc.array(fc.constantFrom(...Array.from('[]{}:,-?&*!|>\'"%@`# \n\ta1'))).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(document, (text) => {
      const { declaration, problems } = parse(text);
      for (const problem of problems) formatProblem(problem, 'cluster.yaml');
      expect(declaration !== undefined || problems.length > 0).toBe(true);
    }),
    { numRuns: 1500 },
  );
});

test('any data in place of any value gives problems and never an exception', () => {
  const whole = {
    name: 'a',
    domain: 'a.org',
    admin: { name: 'a', email: 'a@b.c' },
    tls: { acme: { email: 'a@b.c' } },
    ports: { http: 1 },
    services: { planka: { limits: { cpus: 1 }, env: { A: 1 } } },
  };
  const anyPart = fc.property(fc.constantFrom(...Object.keys(whole)), fc.jsonValue(), (key, value) => {
    const replaced = parse(JSON.stringify({ ...whole, [key]: value }));
    const below = parse(JSON.stringify({ ...whole, services: { planka: value, caddy: { [key]: value, limits: value } } }));
    return [replaced, below].every(({ declaration, problems }) => declaration !== undefined || problems.length > 0);
  });
  expect(fc.check(anyPart).failed).toBe(false);
});

test('the schema for editors knows the services and refuses what the parser refuses', () => {
  expect(schema(known)).toMatchObject({
    title: 'Datamancy cluster',
    additionalProperties: false,
    required: ['domain', 'admin'],
    anyOf: [{ required: ['services'] }, { required: ['profiles'] }],
    properties: { services: { propertyNames: { enum: known } }, domain: { description: expect.stringContaining('example.org') } },
  });
});
