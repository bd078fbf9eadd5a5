import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { formatProblem } from '../../src/stack/parse.ts';
import { checkStack } from '../../src/stack/rules/index.ts';
import { withoutWorkers } from '../../src/stack/stack.ts';
import { readExample } from './example-stack.ts';
import type { GoldenStack } from './golden-stack.ts';
import { resolveGolden, treeOf } from './golden-stack.ts';
import { parserOf } from './parsers.ts';

const full = readExample('full');

describe.each(['starter', 'home', 'full'] as const)('the example "%s"', (name) => {
  const golden = readExample(name);

  test('has no problem', () => {
    expect(problemsOf(golden)).toEqual([]);
  });

  test('renders files that their parsers read', () => {
    const tree = [...treeOf(resolveGolden(golden))].map(([path, content]) => ({ path, content, parse: parserOf(path) }));
    const wrong = tree.flatMap(({ path, content, parse }) => parse?.(content).map((message) => `${path}: ${message}`) ?? []);
    expect(wrong).toEqual([]);
    expect(tree.filter(({ parse }) => parse).length).toBeGreaterThan(4);
  });
});

test('a household gets about twenty services, which fit in 16 GB even when each uses all it may', () => {
  const stack = resolveGolden(readExample('home'));
  const memory = stack.services.reduce((sum, { limits }) => sum + limits.memoryBytes, 0);
  expect(withoutWorkers(stack).length).toBeGreaterThanOrEqual(18);
  expect(withoutWorkers(stack).length).toBeLessThanOrEqual(24);
  expect(memory).toBeLessThan(15 * 1024 ** 3);
});

test('the full example has 75 services or more', () => {
  expect(withoutWorkers(resolveGolden(full)).length).toBeGreaterThanOrEqual(75);
});

describe('what the full example leaves out cannot stand beside the rest', () => {
  const left = Object.keys(catalog).filter((name) => !Object.hasOwn(full.declaration.services, name));

  test.each(left)('%s', (name) => {
    const services = { ...full.declaration.services, [name]: {} };
    const problems = problemsOf({ ...full, declaration: { ...full.declaration, services } });
    expect(problems, `add ${name} to examples/full/cluster.yaml, or say in its definition what it conflicts with`).not.toEqual([]);
  });
});

function problemsOf(golden: GoldenStack): readonly string[] {
  return checkStack(resolveGolden(golden), catalog).map((problem) => formatProblem(problem, 'cluster.yaml'));
}
