import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { chainsSchema, policiesSchema } from '../../src/contracts/evm-payments.ts';
import { printContent } from '../../src/service/index.ts';
import type { Declaration } from '../../src/stack/declaration.ts';
import { parseDeclaration } from '../../src/stack/parse.ts';
import { checkStack } from '../../src/stack/rules/index.ts';
import { serviceOf } from '../../src/stack/stack.ts';
import { named, resolveGolden, treeOf } from './golden-stack.ts';
import { smallestCluster } from './smallest-cluster.ts';

const page = readFileSync(new URL('../../docs/payments.md', import.meta.url), 'utf8');
const example = /```yaml\n# cluster.yaml\n(?<yaml>.*?)```/s.exec(page)?.groups?.['yaml'] ?? '';
const smallest = smallestCluster('tx-gateway');
const head = 'domain: example.org\nadmin: {name: anna, email: anna@example.org}\nimages: debian\n';

/** The page's example beside what the two services stand on. */
function declared(): Declaration {
  const others = Object.keys(smallest.declaration.services).filter((name) => !example.includes(`\n  ${name}:`));
  const text = head + example.replace('services:\n', `services:\n${others.map((name) => `  ${name}:\n`).join('')}`);
  const { declaration, problems } = parseDeclaration(text, { file: 'cluster.yaml', known: Object.keys(catalog), services: catalog, folder: 'home' });
  expect(problems).toEqual([]);
  if (!declaration) throw new Error('the example declares nothing');
  return declaration;
}

const configs = [
  { unit: 'evm-broadcaster', path: '/config/chains.json' },
  { unit: 'tx-gateway', path: '/config/policies.json' },
] as const;

function configsOf(declaration: Declaration): readonly unknown[] {
  const stack = resolveGolden({ ...smallest, declaration });
  return configs.map(({ unit, path }) => {
    const content = serviceOf(stack, unit)?.files.find((file) => file.path === path)?.content;
    return content && content.format !== 'rendered' ? JSON.parse(printContent(content, named)) : undefined;
  });
}

test('the example of docs/payments.md has no problem, and each daemon reads back its part of it', () => {
  const declaration = declared();
  expect(checkStack(resolveGolden({ ...smallest, declaration }), catalog)).toEqual([]);
  const [chains, policies] = configsOf(declaration);
  expect(chainsSchema.parse(chains)).toMatchObject({ accounts: ['main'], chains: { base: { id: 8453, confirmations: 12 } } });
  expect(policiesSchema.parse(policies)).toMatchObject({ policies: [{ name: 'household', groups: ['family'] }], admins: ['admin'] });
  expect(JSON.stringify(policies)).not.toContain('rpc.example.net');
});

test('the key of an RPC stands in the private file of the broadcaster and nowhere else', () => {
  const stack = resolveGolden({ ...smallest, declaration: declared() });
  expect(stack.secrets).toContainEqual({
    id: 'payments.base',
    spec: { kind: 'supplied', about: 'key that stands for {base} in addresses of RPCs' },
  });
  const holders = [...treeOf(stack)].filter(([, text]) => text.includes('<secret:payments.base>'));
  expect(holders.map(([path]) => path)).toEqual(['private/evm-broadcaster/chains.json']);
});

test('without payments in cluster.yaml no chain is followed, nobody may pay, and no key is made', () => {
  expect(configsOf(smallest.declaration)).toEqual([
    { accounts: [], chains: {} },
    { tokens: [], policies: [], admins: ['admin'] },
  ]);
});
