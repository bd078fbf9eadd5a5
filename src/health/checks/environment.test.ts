import { expect, test } from 'vitest';
import { changed } from '../testing/cluster.ts';
import { resultsOf } from '../testing/run-check.ts';
import { environmentComplete } from './environment.ts';

const whole: Readonly<Record<string, string>> = {
  PATH: '/bin',
  APP_URL: 'https://app.example.org',
  APP_CACHE: 'keys:6379',
  APP_DATABASE: 'postgresql://app:value-of-app.db@rows:5432/app',
  APP_KEY_FILE: '/run/secrets/app.db',
};

function environment(values: Readonly<Record<string, string>>): { stdout: string } {
  return {
    stdout: Object.entries(values)
      .map(([name, value]) => `${name}=${value}\0`)
      .join(''),
  };
}

test('a unit with every declared value passes', async () => {
  const results = await resultsOf(environmentComplete, { exec: () => environment(whole) });
  expect(results.get('environment.app')).toMatchObject({ status: 'pass', detail: '4 of 4 as declared' });
});

test('what is missing, empty or different is named, and no value is shown', async () => {
  const { APP_CACHE: _, ...rest } = whole;
  const results = await resultsOf(environmentComplete, {
    exec: () => environment({ ...rest, APP_URL: '', APP_DATABASE: 'postgresql://app:stolen@rows/app' }),
  });
  expect(results.get('environment.app')).toMatchObject({
    status: 'fail',
    detail: 'APP_URL is empty, APP_CACHE is missing, APP_DATABASE is not what is declared',
    fix: 'docker rm --force datamancy-trial-app-1 && datamancy up',
  });
});

test.each([
  ['a unit that does not run', { unit: changed('app', { state: 'exited' }) }, 'app does not run (exited)'],
  [
    'an image without the tool',
    { exec: () => ({ status: 127, stderr: 'exec: "cat": executable file not found in $PATH' }) },
    'app has no program cat to look with',
  ],
  ['a runtime without exec', { supports: { exec: false } }, 'this runtime runs no commands inside units'],
])('%s is skipped and says why', async (_, seen, detail) => {
  expect((await resultsOf(environmentComplete, seen)).get('environment.app')).toMatchObject({ status: 'skip', detail });
});

test('an environment that cannot be read is no empty one', async () => {
  const results = await resultsOf(environmentComplete, { exec: () => ({ status: 1, stderr: 'Permission denied' }) });
  expect(results.get('environment.app')).toMatchObject({ status: 'fail', detail: 'it could not be read: Permission denied' });
});
