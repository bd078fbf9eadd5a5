import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** scripts/ is plain JavaScript, since it runs before any package is there; its parts arrive here without types. */
async function load(name: string) {
  return await import(`./parts/${name}.js`);
}

const { addTotals, bar, elapsed, progressTo, readStartArguments, readTestArguments, readTotals, totalsText } = await load('setup');

describe('the command lines', () => {
  it('of npm start keep what belongs to "up"', () => {
    expect(readStartArguments(['--cluster=lab', '--no-install', '--json', '--runtime', 'process'])).toEqual({
      cluster: 'lab',
      noInstall: true,
      runtime: 'process',
      help: false,
      rest: ['--json'],
    });
    expect(readStartArguments([])).toMatchObject({ cluster: 'cluster', noInstall: false, rest: [] });
    expect(readStartArguments(['--cluster'])).toMatchObject({ cluster: '' });
  });

  it.each([
    [[], true],
    [['fast'], false],
    [['cluster'], true],
    [['--project', 'fast'], false],
    [['--project=fast', '-t', 'x'], false],
    [['--project', 'cluster'], true],
    [['src/kit/files.test.ts'], false],
    [['test/conformance/setup.test.ts'], false],
    [['test/cluster/up.test.ts'], true],
    [['-t', 'anything'], true],
  ])('of npm test with %j want an engine: %j', (args, engine) => {
    expect(readTestArguments(args).engine).toBe(engine);
  });

  it('of npm test run the cheap tests first, two lanes on an engine side by side, and what needs the machine for itself last', () => {
    expect(readTestArguments(['--no-install'])).toEqual({
      runs: [
        [['--project', 'fast']],
        [
          ['--project', 'cluster'],
          ['--project', 'engine'],
        ],
        [['--project', 'levels']],
        [['--project', 'browser']],
      ],
      engine: true,
      noInstall: true,
    });
  });
});

describe('the totals', () => {
  const report = (testResults: readonly object[]) =>
    JSON.stringify({ numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0, testResults });

  it('add up, and name each failure with its first words', () => {
    const broken = { name: resolve('src/a.test.ts'), status: 'failed', message: 'no such module\n at', assertionResults: [] };
    const failed = { fullName: 'b is c', status: 'failed', failureMessages: ['\u001b[31mAssertionError\u001b[39m: no\n at line 1'] };
    const passed = { fullName: 'b is b', status: 'passed', failureMessages: [] };
    const file = { name: resolve('src/b.test.ts'), status: 'failed', message: '', assertionResults: [failed, passed] };
    const cleaning = { name: resolve('src/c.test.ts'), status: 'failed', message: 'afterAll: no', assertionResults: [passed] };
    const totals = addTotals(readTotals(report([broken, file, cleaning]), 1, 'vitest one'), readTotals(undefined, 137, 'vitest two'));
    expect(totalsText(totals).split('\n')).toEqual([
      'failed: src/a.test.ts: no such module',
      'failed: src/b.test.ts > b is c: AssertionError: no',
      'failed: src/c.test.ts: afterAll: no',
      'failed: vitest two: ended with status 137 and no report',
      '3 passed, 4 failed, 2 skipped',
    ]);
    expect(totalsText({ passed: 5, failures: [], skipped: 0 })).toBe('5 passed, 0 failed');
  });

  it('count a run that failed though none of its tests did', () => {
    expect(readTotals(report([]), 1, 'vitest one').failures).toEqual(['vitest one: ended with status 1, though none of its tests failed']);
    expect(readTotals(report([]), 0, 'vitest one').failures).toEqual([]);
  });
});

describe('the progress', () => {
  function written(env: object, isTTY: boolean) {
    const text: string[] = [];
    let clock = 0;
    const progress = progressTo({ isTTY, columns: 60, write: (part: string) => text.push(part) }, env, () => (clock += 2000));
    return { progress, all: () => text.join('') };
  }

  it('is one plain line per step away from a terminal', async () => {
    const { progress, all } = written({}, false);
    await progress.step({ at: 2, of: 5, title: 'installing docker.io' }, async () => {});
    expect(all()).toBe('[2/5] installing docker.io … done in 2 s\n');
  });

  it('says that a step failed, and hands the failure on', async () => {
    const { progress, all } = written({}, false);
    const step = progress.step({ at: 1, of: 1, title: 'npm ci' }, async () => {
      throw new Error('no network');
    });
    await expect(step).rejects.toThrow('no network');
    expect(all()).toBe('[1/1] npm ci … failed after 2 s\n');
  });

  it('draws one line on a terminal, in colour unless NO_COLOR is set', async () => {
    const live = written({}, true);
    await live.progress.step({ at: 1, of: 1, title: 'npm ci' }, async () => {});
    expect(live.all()).toContain('\u001B[32mdone in');
    const plain = written({ NO_COLOR: '1' }, true);
    await plain.progress.step({ at: 1, of: 1, title: 'npm ci' }, async () => {});
    expect(plain.all()).not.toContain('\u001B[32m');
    expect(plain.all()).toContain('\r\u001B[2K');
  });

  it('writes times and bars for people', () => {
    expect([elapsed(40), elapsed(4_200), elapsed(125_000)]).toEqual(['40 ms', '4 s', '2 min 5 s']);
    expect([bar(undefined), bar(0.5, 4), bar(7, 4)]).toEqual(['', '██░░', '████']);
  });
});
