import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assert, dictionary, property, string, stringMatching } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImages } from '../../src/images/build.ts';
import type { Recipe } from '../../src/images/recipe.ts';
import { imageRef, readRecipes } from '../../src/images/recipe.ts';
import { run } from '../../src/kit/process.ts';
import { printEnvFile } from '../../src/render/env-file.ts';
import { serviceOf } from '../../src/stack/stack.ts';
import { bare } from '../golden/bare/stack.ts';
import { everything } from '../golden/everything/stack.ts';
import type { GoldenStack } from '../golden/golden-stack.ts';
import { resolveGolden, treeOf } from '../golden/golden-stack.ts';
import { starter } from '../golden/starter/stack.ts';

/** The programs that will read the rendered files, asked whether they would. */
const stacks: Readonly<Record<string, GoldenStack>> = { bare, everything, starter };
const checkers = [
  ['caddyfile', 'caddy', ['caddy', 'validate', '--adapter', 'caddyfile', '--config']],
  ['prometheus', 'prometheus', ['promtool', 'check', 'config']],
  ['prometheus-rules', 'prometheus', ['promtool', 'check', 'rules']],
  ['alertmanager', 'alertmanager', ['amtool', 'check-config']],
] as const;
const cluster = 'imagetest';
let root = '';
let recipes: readonly Recipe[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'datamancy-targets-'));
  recipes = await readRecipes(
    join(import.meta.dirname, '../..'),
    checkers.map(([, recipe]) => recipe),
  );
  await buildImages({ recipes, cluster });
  for (const [name, golden] of Object.entries(stacks)) {
    for (const [path, content] of treeOf(resolveGolden(golden))) {
      const target = join(root, name, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  }
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe.each(Object.keys(stacks))('the stack "%s"', (name) => {
  test('is a stack to docker compose', async () => {
    const { status, stderr } = await run(['docker', 'compose', '-f', join(root, name, 'releases/1/compose.yaml'), 'config', '--quiet']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  const wanted = checkers.filter(([renderer]) => filesBy(name, renderer).length > 0);
  test.each(wanted)('has a %s file that its own program takes', async (renderer, recipe, argv) => {
    const results = await Promise.all(filesBy(name, renderer).map((found) => inImage(recipe, argv, found)));
    expect(results.map(({ status, stdout, stderr }) => (status === 0 ? '' : stdout + stderr))).toEqual(results.map(() => ''));
  });
});

test('whatever a variable holds, docker compose reads it back from the env file', async () => {
  const samples: Record<string, string>[] = [];
  const value = string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
  assert(
    property(dictionary(stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/), value, { maxKeys: 40 }), (env) => void samples.push(env)),
    { numRuns: 20 },
  );
  samples.push(
    Object.fromEntries(
      ["'", '"', '\\', '$', '$$', '${A}', "\\'", "it's \\", '#', ' a ', '\n', '\\n', '`'].map((text, i) => [`V${i}`, text]),
    ),
  );
  const services = Object.fromEntries(samples.map((_, i) => [`s${i}`, { image: 'x', env_file: [`${i}.env`] }]));
  await writeFile(join(root, 'compose.yaml'), JSON.stringify({ services }));
  for (const [i, env] of samples.entries())
    await writeFile(join(root, `${i}.env`), printEnvFile(env, { secret: () => '', file: () => '' }));

  const { stdout, stderr } = await run(['docker', 'compose', '-f', join(root, 'compose.yaml'), 'config', '--format', 'json']);
  expect(stderr).toBe('');
  // What `config --format json` prints, with each dollar sign doubled.
  const { services: read } = JSON.parse(stdout) as { services: Record<string, { environment?: Record<string, string> }> };
  const back = samples.map((_, i) =>
    Object.fromEntries(Object.entries(read[`s${i}`]?.environment ?? {}).map(([key, text]) => [key, text.replaceAll('$$', '$')])),
  );
  expect(back).toEqual(samples);
});

interface Found {
  /** Directory on this machine, and the place where the unit expects the files in it. */
  readonly mounts: readonly string[];
  readonly path: string;
}

function filesBy(name: string, renderer: string): readonly Found[] {
  const stack = resolveGolden(stacks[name] ?? bare);
  return stack.services.flatMap((service) => {
    const target = service.files.find(({ content }) => content.format === 'rendered' && content.by === renderer)?.path;
    if (target === undefined) return [];
    const mounts = (serviceOf(stack, service.name)?.files ?? []).map(
      ({ path }) => `${join(root, name, 'releases/1', service.name, path.slice(path.lastIndexOf('/') + 1))}:${path}:ro`,
    );
    return [{ mounts, path: target }];
  });
}

async function inImage(recipe: string, argv: readonly string[], { mounts, path }: Found) {
  const image = imageRef(cluster, recipes.find(({ name }) => name === recipe) ?? { name: recipe, digest: '' });
  const [entrypoint = '', ...args] = argv;
  const volumes = mounts.flatMap((mount) => ['--volume', mount]);
  return run([
    'docker',
    'run',
    '--rm',
    '--network',
    'none',
    '--read-only',
    '--tmpfs',
    '/tmp',
    '--env',
    'XDG_DATA_HOME=/tmp',
    '--env',
    'XDG_CONFIG_HOME=/tmp',
    ...volumes,
    '--entrypoint',
    entrypoint,
    image,
    ...args,
    path,
  ]);
}
