import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GateConfig } from '../../src/gate/config.ts';
import { loadGateConfig } from '../../src/gate/config.ts';
import { completeSecret } from '../../src/secrets/generate.ts';
import type { Reveal } from '../../src/service/index.ts';
import type { ResolvedStack } from '../../src/stack/stack.ts';
import { everything } from './everything/stack.ts';
import { resolveGolden, treeOf } from './golden-stack.ts';
import { starter } from './starter/stack.ts';

test('gate takes the configuration of "everything", with its clients, keys and policies', async () => {
  const { access, oidc, endpoints, account, notifier } = await loadedFrom(resolveGolden(everything), 'guard');
  expect(access.defaultPolicy).toBe('deny');
  expect(access.rules.map(({ policy }) => policy)).toContain('two_factor');
  expect(access.rules.map(({ policy }) => policy)).toContain('bypass');
  expect(Object.keys(endpoints)).toEqual(['forward-auth', 'forward-auth-basic']);
  expect(account.canReset).toBe(true);
  expect(notifier.smtp?.address).toMatchObject({ host: 'post', port: 587 });
  expect(oidc).toBeDefined();
});

test('gate takes the configuration of "starter"', async () => {
  const { access, cookies } = await loadedFrom(resolveGolden(starter), 'gate');
  expect(access.rules.length).toBeGreaterThan(0);
  expect(cookies[0]?.portalHost).toBe(`auth.${starter.declaration.domain}`);
});

/** What gate reads from the files of a cluster whose secrets were made as `up` makes them. */
async function loadedFrom(stack: ResolvedStack, signOn: string): Promise<GateConfig> {
  const directory = await mkdtemp(join(tmpdir(), 'golden-'));
  try {
    const reveal = await madeSecrets(stack);
    const [, text = ''] = [...treeOf(stack, reveal)].find(([path]) => path.endsWith(`/${signOn}/configuration.yml`)) ?? [];
    await writeFile(join(directory, 'configuration.yml'), text);
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries(stack.services.find((service) => service.name === signOn)?.env ?? {})) {
      if (typeof value !== 'object' || value.kind !== 'secret-file') continue;
      env[name] = join(directory, name);
      await writeFile(env[name], reveal.secret(value.secret));
    }
    return await loadGateConfig(join(directory, 'configuration.yml'), env);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function madeSecrets(stack: ResolvedStack): Promise<Reveal> {
  const made = await Promise.all(
    stack.secrets.map(async ({ id, spec }) => {
      const completed = await completeSecret(spec, undefined);
      return [id, 'parts' in completed ? completed.parts : {}] as const;
    }),
  );
  const kept = new Map(made);
  return {
    secret: ({ id, part = 'value' }) => kept.get(id)?.[part] ?? '',
    file: ({ id }) => `/run/secrets/${id}`,
  };
}
