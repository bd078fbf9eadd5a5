import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RuntimeHarness, UnitSpec } from './runtime.ts';
import { describeRuntime } from './runtime.ts';
import { memoryRuntime } from '../../src/runtime/memory.ts';
import type { ExecResult, Release } from '../../src/runtime/runtime.ts';

describeRuntime('memory', async (): Promise<RuntimeHarness> => {
  const specs = new Map<string, UnitSpec>();
  const runtime = memoryRuntime((service, digest) => {
    const { prints = [], healthy = true, healthOutput } = specs.get(digest) ?? { name: service };
    return { lines: prints, becomes: healthy ? 'healthy' : 'unhealthy', ...(healthOutput === undefined ? {} : { healthOutput }), exec };
  });
  return {
    runtime,
    makeRelease: async (number, wanted): Promise<Release> => {
      const digests = wanted.map((spec) => [spec.name, createHash('sha256').update(JSON.stringify(spec)).digest('hex'), spec] as const);
      for (const [, digest, spec] of digests) specs.set(digest, spec);
      return { number, directory: '', services: Object.fromEntries(digests.map(([name, digest]) => [name, { digest }])) };
    },
    programs: { copy: ['copy'], complain: ['complain'], remember: (word) => ['remember', word], recall: ['recall'] },
    kill: async (service) => runtime.crash(service),
    dispose: async () => undefined,
  };
});

function exec([program, word = '']: readonly string[], input: string | undefined, volume: Map<string, string>): ExecResult {
  if (program === 'complain') return { status: 3, stdout: 'out\n', stderr: 'err\n' };
  if (program === 'remember') volume.set('word', word);
  return { status: 0, stdout: program === 'recall' ? (volume.get('word') ?? '') : (input ?? ''), stderr: '' };
}

test('a unit is seen starting as many times as its script says', async () => {
  const runtime = memoryRuntime(() => ({ after: 2 }));
  const { signal } = new AbortController();
  await runtime.apply({ number: 1, directory: '', services: { one: { digest: 'a' } } }, ['one'], signal);
  const states = [];
  for (let look = 0; look < 3; look++) states.push((await runtime.observe(signal))[0]?.state);
  expect(states).toEqual(['starting', 'starting', 'healthy']);
});
