import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, property, shuffledSubarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bare } from './bare/stack.ts';
import { everything } from './everything/stack.ts';
import { named, resolveGolden, treeOf } from './golden-stack.ts';
import type { GoldenStack } from './golden-stack.ts';
import { starter } from './starter/stack.ts';

const stacks: Readonly<Record<string, GoldenStack>> = { bare, everything, starter };

describe.each(Object.entries(stacks))('the stack "%s"', (name, golden) => {
  const expected = join(import.meta.dirname, name, 'expected');
  const stack = resolveGolden(golden);
  const tree = treeOf(stack);

  test('has every need granted that it is meant to', () => {
    const unmet = stack.services.flatMap(({ name: service, unmet }) => unmet.map(({ kind }) => `${service}: ${kind}`));
    expect(unmet).toEqual([]);
    expect(stack.services.flatMap(({ broken }) => broken ?? [])).toEqual([]);
  });

  test.each([...tree.keys()])('renders %s as it was reviewed', async (path) => {
    await expect(tree.get(path)).toMatchFileSnapshot(join(expected, path));
  });

  test('keeps no reviewed file that is rendered no longer', () => {
    const reviewed = existsSync(expected) ? readdirSync(expected, { recursive: true, withFileTypes: true }) : [];
    const files = reviewed.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(expected.length + 1));
    expect(files.filter((path) => !tree.has(path))).toEqual([]);
  });

  test('is the same to the byte in whatever order its services are given', () => {
    const names = Object.keys(golden.declaration.services);
    assert(
      property(shuffledSubarray(names, { minLength: names.length }), (order) => {
        const services = Object.fromEntries(order.map((service) => [service, golden.declaration.services[service] ?? {}]));
        const catalog = golden.services.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
        const again = treeOf(resolveGolden({ ...golden, services: catalog, declaration: { ...golden.declaration, services } }));
        expect([...again.entries()]).toEqual([...tree.entries()]);
      }),
      { numRuns: 10 },
    );
  });

  test('leaves no placeholder, and no word for what is missing', () => {
    const placeholder = /undefined|\[object|\bNaN\b|\{\{ ?[a-z]+ ?\}\}|__[A-Z_]+__|<no value>|TODO|CHANGEME/;
    expect([...tree].filter(([, content]) => placeholder.test(content)).map(([path]) => path)).toEqual([]);
  });

  test('shows no secret outside the private directory', () => {
    const open = [...tree].filter(([path, content]) => path.startsWith('releases/') && content.includes('<secret:'));
    expect(open.map(([path]) => path)).toEqual([]);
  });
});

test('a changed secret changes the digest of the services that see it and of no other', () => {
  const stack = resolveGolden(everything);
  const before = digestsIn(treeOf(stack));
  const rotated = { ...named, secret: (secret: Parameters<typeof named.secret>[0]) => (secret.id === 'board.key' ? 'new' : named.secret(secret)) };
  const after = digestsIn(treeOf(stack, rotated));
  expect(Object.keys(after).filter((service) => after[service] !== before[service])).toEqual(['board']);
});

test('a changed route changes the digests of what routes and guards it, and of what shows it', () => {
  const before = digestsIn(treeOf(resolveGolden(everything)));
  const services = { ...everything.declaration.services, watch: { host: 'graphs' } };
  const after = digestsIn(treeOf(resolveGolden({ ...everything, declaration: { ...everything.declaration, services } })));
  expect(Object.keys(after).filter((service) => after[service] !== before[service])).toEqual(['edge', 'guard', 'handbook']);
});

test('a file that two formats could read differently is quoted in compose.yaml', () => {
  const compose = treeOf(resolveGolden(everything)).get('releases/1/compose.yaml') ?? '';
  expect(compose).toContain('PLAIN_NUMBER: "1_000"');
  expect(compose).toContain('PLAIN_WORD: "on"');
  expect(compose).toContain('costs $$5 and $${HOME}');
});

function digestsIn(tree: ReadonlyMap<string, string>): Record<string, string> {
  const compose = tree.get('releases/1/compose.yaml') ?? '';
  const found = compose.matchAll(/org\.datamancy\.service: "(?<service>[^"]+)"\n\s+org\.datamancy\.release: "1"\n\s+org\.datamancy\.digest: "(?<digest>[^"]+)"/g);
  return Object.fromEntries([...found].map(({ groups }) => [groups?.['service'] ?? '', groups?.['digest'] ?? '']));
}
