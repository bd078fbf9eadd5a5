import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const engineTests = { testTimeout: 600_000, hookTimeout: 900_000, fileParallelism: false } as const;
const ownUnits = [
  'alerts',
  'browser-service',
  'crowdsec',
  'dashboards',
  'docs-site',
  'foreign-image',
  'gate',
  'images',
  'lock',
  'mail',
  'openldap-image',
  'payments',
  'people',
  'runtime-compose',
  'speech',
  'targets',
  'trouble-*',
  'tuning',
].map((name) => `test/cluster/${name}.test.ts`);
const levels = 'test/cluster/levels.test.ts';

/**
 * `fast` needs no engine. `cluster` shares one starter cluster and `engine` makes containers of its own, so the two run side by side.
 * `levels` keeps the machine busy with three clusters and runs alone. So does `browser`: where Chromium cannot have a network of its own, it
 * drops its requests whenever a network of the machine comes or goes.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['src/**/*.test.ts', 'test/golden/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A machine that does much beside may be away for longer than the second that a poll waits by itself.
          expect: { poll: { timeout: 15_000 } },
          // No test changes what another one imports, and a process for each file would take longer than the tests.
          isolate: false,
          // Vitest leaves a processor to itself and needs none; a third of the time goes in waiting for programs and time limits.
          maxWorkers: availableParallelism(),
        },
      },
      {
        test: {
          ...engineTests,
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          exclude: [...ownUnits, levels],
          globalSetup: ['test/cluster/support/global-setup.ts'],
        },
      },
      { test: { ...engineTests, name: 'engine', include: ownUnits } },
      { test: { ...engineTests, name: 'levels', include: [levels] } },
      {
        test: {
          ...engineTests,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/cluster/support/global-setup.ts'],
        },
      },
    ],
  },
});
