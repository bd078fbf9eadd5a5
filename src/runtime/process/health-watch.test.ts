import { expect, test } from 'vitest';
import type { HealthState } from './health-watch.ts';
import { watchHealth } from './health-watch.ts';

/** Runs a watch over scripted answers, and gives the states it went through until the answers end. */
async function statesOver(answers: readonly boolean[], startMs: number): Promise<readonly HealthState[]> {
  const states: HealthState[] = [];
  await new Promise<void>((resolve) => {
    let asked = 0;
    const watch = watchHealth(
      { probe: { kind: 'command', argv: ['true'] }, everyMs: 1, timeoutMs: 1000, retries: 3, startMs },
      async () => {
        const isHealthy = answers[asked++] ?? true;
        if (asked > answers.length) {
          watch.end();
          resolve();
        }
        return { isHealthy, output: '' };
      },
      (state) => states.push(state),
    );
  });
  return states;
}

test('a unit is unhealthy after as many failures in a row as it is allowed, and well again after one success', async () => {
  expect(await statesOver([true, false, false, true, false, false, false, true], 0)).toEqual(['healthy', 'unhealthy', 'healthy']);
});

test('failures of a unit that still starts do not count', async () => {
  expect(await statesOver([false, false, false, false, false, true], 60_000)).toEqual(['healthy']);
});

test('failures after the start period count from the first', async () => {
  expect(await statesOver([false, false, false], 0)).toEqual(['unhealthy']);
});
