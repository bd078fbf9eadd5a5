import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chainsSchema } from './broadcaster/config.ts';
import { parseConfig } from './config-file.ts';
import { policiesSchema } from './gateway/policy.ts';

const page = readFileSync(new URL('../../docs/payments.md', import.meta.url), 'utf8');

function exampleOf(name: string): string {
  return new RegExp(`\`\`\`yaml\\n(# ${name}\\n.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
}

test('the files that docs/payments.md shows are taken', () => {
  expect(parseConfig(chainsSchema, exampleOf('chains.yaml'), 'chains').chains).toMatchObject([{ id: 8453, confirmations: 12 }]);
  expect(parseConfig(policiesSchema, exampleOf('policy.yaml'), 'policy').policies).toMatchObject([
    { name: 'household', groups: ['family'] },
  ]);
});
