import { defineConfig } from 'vitest/config';

const engineTests = { testTimeout: 600_000, hookTimeout: 900_000, fileParallelism: false } as const;
const ownUnits = ['gate', 'images', 'openldap-image', 'runtime-compose', 'targets'].map((name) => `test/cluster/${name}.test.ts`);

/** `fast` needs no engine. `cluster` shares one starter cluster and `engine` makes its own containers, so the two run side by side. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['src/**/*.test.ts', 'test/golden/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          ...engineTests,
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts', 'test/browser/**/*.test.ts'],
          exclude: ownUnits,
          globalSetup: ['test/cluster/support/global-setup.ts'],
        },
      },
      { test: { ...engineTests, name: 'engine', include: ownUnits } },
    ],
  },
});
