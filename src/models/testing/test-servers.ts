import { onTestFinished } from 'vitest';
import { type FakeVllm, startFakeVllm } from './fake-vllm.ts';
import { type RunningRouter, startRouter } from './running-router.ts';

/** Servers of models that end with the test that is running. */
export async function vllm(is: Parameters<typeof startFakeVllm>[0] = {}): Promise<FakeVllm> {
  const fake = await startFakeVllm(is);
  onTestFinished(async () => fake.stop());
  return fake;
}

/** One that sleeps, and is awake only once `wake` was called. */
export async function sleeper(
  is: Parameters<typeof startFakeVllm>[0] = {},
): Promise<{ readonly fake: FakeVllm; readonly wake: () => void }> {
  let wake = (): void => {};
  const wakeAfter = new Promise<void>((resolve) => (wake = resolve));
  return { fake: await vllm({ ...is, sleeping: true, wakeAfter }), wake: () => wake() };
}

/** A router in front of them, which ends before them. */
export async function router(...given: Parameters<typeof startRouter>): Promise<RunningRouter> {
  const running = await startRouter(...given);
  onTestFinished(async () => running.stop());
  return running;
}

/** How the router is told of them. */
export function models(fakes: Readonly<Record<string, FakeVllm>>, vram = '6GiB', more: object = {}): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fakes).map(([name, { url }]) => [name, { server: { kind: 'vllm', url }, vram, ...more }]));
}
