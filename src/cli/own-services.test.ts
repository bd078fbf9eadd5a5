import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../kit/testing/temporary-folder.ts';
import { run, runOrFail } from '../kit/process.ts';
import { loadOwnServices } from './own-services.ts';
import { packageRoot } from './package-root.ts';

let folder: string;
/** Makes the bundle that the owner's files import from, where it is missing or older than the source. */
beforeAll(async () => {
  await runOrFail([join(packageRoot, 'bin/datamancy'), '--version'], { fix: 'build it' });
});
beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder, 'services'));
});

async function load(files: Readonly<Record<string, string>>, taken: readonly string[] = []): ReturnType<typeof loadOwnServices> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'services', name), text);
  return loadOwnServices(join(folder, 'services'), taken);
}

/** The code blocks of a document in this language. */
async function examples(document: string, language: string): Promise<readonly string[]> {
  const text = await readFile(join(packageRoot, document), 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code = '']) => code);
}

function notes(name: string): string {
  return `
import { defineService, http } from 'datamancy';
export const own = defineService('${name}', {
  title: 'Notes', summary: 'Notes.', docs: 'https://example.org/docs', licence: 'MIT', category: 'apps',
  image: 'example/notes:1.0.0', user: '1000:1000',
  ports: { web: http(3000) }, route: { port: 'web', access: { groups: ['notes'] } },
  health: { port: 'web', path: '/' }, limits: { memory: '64MiB', cpus: 0.5 },
});`;
}

test('a file of the owner gives a service', async () => {
  const { services, problems } = await load({ 'notes.ts': notes('notes'), 'README.md': 'no code' });
  expect(problems).toEqual([]);
  expect(services['notes']).toMatchObject({ name: 'notes', ports: { web: { number: 3000 } } });
});

test('a cluster without a services folder has none', async () => {
  expect(await loadOwnServices(join(folder, 'nowhere'), [])).toEqual({ services: {}, broken: [], problems: [] });
});

test('what cannot be compiled, run or found is a problem with its place, and the others are read all the same', async () => {
  const { services, problems } = await load({
    'broken.ts': "import { http } from 'datamancy';\nexport const broken = http(;\n",
    'empty.ts': 'const nothing = 1;\n',
    'lost.ts': "export * from './missing.ts';\n",
    'notes.ts': notes('notes'),
    'throws.ts': "export const x = 1;\nthrow new Error('on purpose');\n",
  });
  expect(Object.keys(services)).toEqual(['notes']);
  expect(problems.map(({ rule, where, message }) => `${rule} ${where}: ${message}`)).toEqual([
    'own-service-file services/broken.ts: it cannot be read: line 2, column 28: Unexpected ";"',
    'own-service-file services/empty.ts: it cannot be read: it exports nothing',
    'own-service-file services/lost.ts: it cannot be read: line 1, column 15: Could not resolve "./missing.ts"',
    'own-service-file services/throws.ts: it cannot be read: on purpose',
  ]);
});

test('an export that is no definition is a problem', async () => {
  const { services, problems } = await load({ 'one.ts': 'export const one = { name: "one" };' });
  expect(services).toEqual({});
  expect(problems.map(({ rule, where }) => `${rule} ${where}`)).toContain('definition-shape services/one.ts');
});

test('a name counts as known though its definition, or its whole file, is broken', async () => {
  const { services, broken } = await load({
    'throws.ts': "throw new Error('on purpose');\n",
    'two.ts': `${notes('notes').replace(/limits: .*/, '')}\nexport const more = { name: 7 };`,
  });
  expect(services).toEqual({});
  expect(broken).toEqual(['throws', 'two', 'notes']);
});

test('a name that another file or the catalog has is a problem, and the first keeps it', async () => {
  const { services, problems } = await load({ 'a.ts': notes('notes'), 'b.ts': notes('notes'), 'c.ts': notes('gate') }, ['gate']);
  expect(Object.keys(services)).toEqual(['notes']);
  expect(problems).toEqual([
    {
      rule: 'own-service-name',
      where: 'services/b.ts',
      message: 'services/a.ts has a service called notes already',
      fix: 'give this one another name',
    },
    {
      rule: 'own-service-name',
      where: 'services/c.ts',
      message: 'the catalog has a service called gate already',
      fix: 'give this one another name',
    },
  ]);
});

test('the example of docs/adding-a-service.md builds as it stands there', async () => {
  const [code = ''] = await examples('docs/adding-a-service.md', 'ts');
  expect(code).toContain("from 'datamancy'");
  await writeFile(join(folder, 'services/notes.ts'), code);
  const starter = await readFile(join(packageRoot, 'examples/starter/cluster.yaml'), 'utf8');
  await writeFile(join(folder, 'cluster.yaml'), `${starter}\n  notes:\n`);
  const { status, stdout, stderr } = await run([join(packageRoot, 'bin/datamancy'), 'build', '--cluster', folder], {
    env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^18 services, \d+ files, 0 problems/);
});

test('the yaml in README.md can be read', async () => {
  const blocks = await examples('README.md', 'yaml');
  expect(blocks.length).toBeGreaterThan(1);
  for (const block of blocks) expect(parse(block)).toBeTypeOf('object');
});
