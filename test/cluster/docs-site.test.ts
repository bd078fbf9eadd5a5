import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdocs } from '../../src/catalog/docs/mkdocs.ts';
import { run } from '../../src/kit/process.ts';
import { configFilesOf } from '../../src/render/unit-files.ts';
import { sampleApp, sampleEdge, sampleSignOn, sampleStack } from '../../src/stack/sample.ts';
import type { ResolvedStack } from '../../src/stack/stack.ts';
import { serviceOf, withoutWorkers } from '../../src/stack/stack.ts';
import { readExample } from '../golden/example-stack.ts';
import { named, resolveGolden } from '../golden/golden-stack.ts';
import { builtImages } from './support/rendered-stacks.ts';

/** The pages about a cluster, as MkDocs itself makes a site of them. */
const attack = '</title></span></p><script>alert(1)</script><img src=x onerror=alert(1)>';
const hostile = sampleApp('wiki', {
  title: `Wiki ${attack}`,
  summary: `| ${attack} | \`b\` [c](javascript:alert(1)) {{ d }} \${e}`,
  docs: 'https://example.org/">)<script>',
  licence: attack,
  logs: [{ pattern: '`|<script>', means: attack }],
  alerts: [{ name: attack, expr: attack, for: '1m', severity: 'warning', summary: attack }],
  allow: { capabilities: { CHOWN: attack } },
});
const own = sampleStack([sampleEdge, sampleSignOn, mkdocs, hostile]);
let root = '';
let image = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'datamancy-docs-'));
  await chmod(root, 0o755);
  image = (await builtImages(['mkdocs']))('mkdocs');
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

test.each([
  ['starter', resolveGolden(readExample('starter'))],
  ['full', resolveGolden(readExample('full'))],
  ['own', own],
])('MkDocs has nothing to say against the pages of %s, and they load nothing from elsewhere', async (name, stack) => {
  const { pages, status, stdout, stderr } = await siteOf(name, stack);
  const said = stderr.split('\n').filter((line) => !line.startsWith('INFO '));
  expect({ status, said }).toEqual({ status: 0, said: [] });
  expect(pages).toBeGreaterThan(withoutWorkers(stack).length);
  expect(stdout.match(/<h1/g)?.length).toBeGreaterThanOrEqual(pages);
  expect(
    stdout.match(/<(?:script|img|iframe)[^>]*src="?https?:[^>]*>|<link[^>]*rel="?(?:stylesheet|preconnect)[^>]*https?:[^>]*>/g),
  ).toBeNull();
});

test('what an owner wrote into a service of his own is shown in its page and nowhere run', async () => {
  const { stdout } = await siteOf('own', own);
  expect(stdout.match(/<h1 id="wiki-[^>]*>Wiki (?<shown>[^]*?)<\/h1>/)?.groups?.['shown']).toMatch(
    /^&[^<>]*&(?:lt|#60);script&(?:gt|#62);alert\(1\)[^<>]*<a /,
  );
  expect(stdout.match(/<script>alert|<img src=x|href="javascript:/g)).toBeNull();
});

/** Every page of the site on stdout, one after the other; what MkDocs says on stderr. */
async function siteOf(name: string, stack: ResolvedStack) {
  const service = serviceOf(stack, mkdocs.name);
  const files = service ? configFilesOf(stack, service) : [];
  for (const { target, print } of files) {
    await mkdir(dirname(join(root, name, target)), { recursive: true });
    await writeFile(join(root, name, target), print(named));
  }
  const script = `mkdocs build --strict --config-file /docs/mkdocs.yml --site-dir /tmp/site && find /tmp/site -name '*.html' -exec cat {} +`;
  const options = ['--rm', '--network=none', '--read-only', '--tmpfs=/tmp', `--volume=${join(root, name, 'docs')}:/docs:ro`];
  const built = await run(['docker', 'run', ...options, '--entrypoint=sh', image, '-c', script]);
  return { ...built, pages: files.filter(({ target }) => target.endsWith('.md')).length };
}
