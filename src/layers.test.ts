import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Each folder and the folders it may import. A folder may always import itself. Changing this table is changing the architecture. */
const layers: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  levels: [],
  service: ['kit'],
  contracts: ['kit', 'service'],
  catalog: ['service', 'contracts'],
  stack: ['kit', 'service', 'contracts'],
  secrets: ['kit', 'service', 'contracts', 'stack'],
  render: ['kit', 'service', 'contracts', 'stack', 'levels'],
  images: ['kit', 'service', 'stack'],
  runtime: ['kit', 'service', 'stack'],
  deploy: ['kit', 'service', 'contracts', 'stack', 'secrets', 'render', 'images', 'runtime'],
  health: ['kit', 'service', 'contracts', 'stack', 'secrets', 'render', 'runtime', 'deploy'],
  people: ['kit', 'contracts', 'stack', 'runtime'],
  gate: ['kit'],
  exporter: ['kit'],
  models: ['kit'],
  speech: ['kit'],
  chain: ['kit', 'contracts'],
  browser: ['kit'],
  cli: [
    'kit',
    'service',
    'contracts',
    'catalog',
    'stack',
    'secrets',
    'render',
    'images',
    'runtime',
    'deploy',
    'health',
    'people',
    'levels',
  ],
};

const src = import.meta.dirname;
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && file.includes('/'));

test.each(files)('%s imports only the layers below it', (file) => {
  const layer = file.split('/')[0] ?? '';
  const allowed = layers[layer];
  expect(allowed, `src/${layer} is not listed in layers`).toBeDefined();

  const specifiers = [...readFileSync(join(src, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(?<path>\.[^']+)'/g)];
  for (const { groups } of specifiers) {
    const target = relative(src, resolve(src, dirname(file), groups?.['path'] ?? '')).split('/')[0];
    expect([layer, ...(allowed ?? [])]).toContain(target);
  }
});

test('only the folders that act on the world run programs', () => {
  const acting = new Set(['kit', 'images', 'runtime', 'deploy', 'health', 'cli', 'secrets', 'gate', 'models', 'speech', 'browser']);
  const runners = files.filter(
    (file) => !file.endsWith('.test.ts') && /kit\/process\.ts'|node:child_process/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(runners.filter((file) => !acting.has(file.split('/')[0] ?? ''))).toEqual([]);
});
