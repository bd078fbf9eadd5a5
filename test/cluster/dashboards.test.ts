import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { catalog } from '../../src/catalog/index.ts';
import { buildImages } from '../../src/images/build.ts';
import { imageRef, readRecipes } from '../../src/images/recipe.ts';
import { run } from '../../src/kit/process.ts';
import type { Service } from '../../src/service/index.ts';
import { readExample } from '../golden/example-stack.ts';
import { resolveGolden, treeOf } from '../golden/golden-stack.ts';

/** Prometheus' own program, asked whether it reads each expression that Grafana will ask it. */
const services: readonly Service[] = Object.values(catalog);
const cluster = 'imagetest';
let folder = '';
let image = '';

interface Dashboard {
  readonly panels: readonly {
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-dashboards-'));
  const recipes = await readRecipes(join(import.meta.dirname, '../..'), ['prometheus']);
  await buildImages({ recipes, cluster });
  image = recipes.flatMap((recipe) => (recipe.name === 'prometheus' ? [imageRef(cluster, recipe)] : [])).join('');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('every expression of the full example and of every service of the catalog is one', async () => {
  const drawn = [...treeOf(resolveGolden(readExample('full')))].flatMap(([path, text]) =>
    path.startsWith('releases/1/grafana/dashboards/') ? expressionsOf(JSON.parse(text) as Dashboard) : [],
  );
  const declared = services.flatMap(({ dashboard = [] }) => dashboard.map(({ expr }) => expr));
  expect(drawn.length).toBeGreaterThan(declared.length);
  expect(await promtool([...drawn, ...declared])).toMatchObject({ status: 0, stderr: '' });
});

test('and one that is none is refused', async () => {
  expect(await promtool(['sum(up'])).toMatchObject({ status: 1, stderr: expect.stringContaining('could not parse expression') });
});

function expressionsOf({ panels }: Dashboard): readonly string[] {
  return panels.flatMap(({ datasource, targets = [] }) => (datasource?.uid === 'prometheus' ? targets.map(({ expr }) => expr) : []));
}

/** As recording rules, for it has no other way to be asked about an expression alone. */
async function promtool(expressions: readonly string[]) {
  const rules = expressions.map((expr, i) => ({ record: `panel_${i}`, expr }));
  const file = join(folder, 'rules.yml');
  await writeFile(file, stringify({ groups: [{ name: 'panels', rules }] }), { mode: 0o644 });
  const options = ['--rm', '--network=none', '--read-only', '--volume', `${file}:/rules.yml:ro`, '--entrypoint', 'promtool'];
  return run(['docker', 'run', ...options, image, 'check', 'rules', '/rules.yml']);
}
