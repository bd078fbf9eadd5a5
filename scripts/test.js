// @ts-check
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTestArguments } from './setup/arguments.js';
import { handOver, SetupError, tryRun } from './setup/command.js';
import { runAsMember } from './setup/member.js';
import { requireNode } from './setup/node-version.js';
import { progressTo } from './setup/progress.js';
import { setUp } from './setup/setup.js';
import { addTotals, noTotals, readTotals, totalsText } from './setup/totals.js';

requireNode();
const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const progress = progressTo(process.stderr);
process.exitCode = await test(process.argv.slice(2));

/** @param {readonly string[]} args @returns {Promise<number>} */
async function test(args) {
  const { runs, engine, noInstall } = readTestArguments(args);
  try {
    const ready = await setUp({ root, engine, purposes: engine ? ['images', 'tests'] : [], noInstall, command: 'npm test' }, progress);
    if (ready.newMember) return await runAsMember([process.execPath, fileURLToPath(import.meta.url), ...args], 'npm test');
    return await runAll(runs, { ...process.env, ...ready.env });
  } catch (cause) {
    if (!(cause instanceof SetupError)) throw cause;
    progress.fail(cause.message);
    progress.say(`fix: ${cause.fix}`);
    return cause.status;
  }
}

/**
 * Runs vitest once per list, the cheap tests first, and closes with the sum over all; no test at all is a failure. Of runs that go
 * side by side the first one has the terminal, and what the others print follows when they are done.
 * @param {readonly (readonly (readonly string[])[])[]} runs
 * @param {NodeJS.ProcessEnv} env
 */
async function runAll(runs, env) {
  const folder = mkdtempSync(join(tmpdir(), 'datamancy-test-'));
  let totals = noTotals;
  let status = 0;
  try {
    for (const [row, together] of runs.entries()) {
      const ended = await Promise.all(together.map((run, place) => runOne(run, join(folder, `${row}-${place}.json`), place === 0, env)));
      for (const one of ended) if (one.output !== '') console.log(one.output);
      totals = ended.reduce((sum, one) => addTotals(sum, one.totals), totals);
      status = ended.reduce((worst, one) => worst || one.status, status);
      if (ended.some((one) => one.status >= 128)) break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (totals.passed + totals.failures.length === 0) {
    progress.fail('No test ran.');
    status ||= 1;
  }
  const text = totalsText(totals);
  console.log(text);
  if (process.env['DATAMANCY_TEST_TOTALS']) writeFileSync(process.env['DATAMANCY_TEST_TOTALS'], `${text}\n`);
  return status;
}

/**
 * @param {readonly string[]} run
 * @param {string} report
 * @param {boolean} hasTerminal
 * @param {NodeJS.ProcessEnv} env
 */
async function runOne(run, report, hasTerminal, env) {
  const vitest = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...run];
  const argv = [...vitest, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status, output } = hasTerminal
    ? { status: await handOver(argv, { cwd: root, env }), output: '' }
    : await tryRun(argv, { cwd: root, env });
  return { status, output, totals: readTotals(readIfThere(report), status, `vitest ${run.join(' ')}`) };
}

/** @param {string} path a run that was cut short leaves no report */
function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
