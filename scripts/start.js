// @ts-check
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStartArguments } from './setup/arguments.js';
import { handOver, SetupError } from './setup/command.js';
import { requireNode } from './setup/node-version.js';
import { progressTo } from './setup/progress.js';
import { runAsMember } from './setup/member.js';
import { setUp } from './setup/setup.js';

const usage = `npm start [-- --cluster DIR] [--no-install] [--runtime process] [options of "datamancy up"]

Installs what is missing, creates a cluster from the starter template in DIR (./cluster) where there is none, and brings it up.`;

requireNode();
const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const datamancy = join(root, 'bin/datamancy');
const progress = progressTo(process.stderr);
process.exitCode = await start(process.argv.slice(2));

/** @param {readonly string[]} args @returns {Promise<number>} */
async function start(args) {
  const wanted = readStartArguments(args);
  if (wanted.help) {
    console.log(usage);
    return 0;
  }
  if (wanted.cluster === '' || wanted.runtime === '') return fail(new SetupError('an option lacks its value', usage, 64));
  try {
    const ready = await prepare(wanted);
    if (ready.newMember) return await runAsMember([process.execPath, fileURLToPath(import.meta.url), ...args], 'npm start');
    return await bringUp(wanted, ready);
  } catch (cause) {
    return fail(cause);
  }
}

/**
 * Where no engine can be had, the process runtime takes its place, and is said to.
 * @param {import('./setup/arguments.js').StartArguments} wanted
 */
async function prepare(wanted) {
  const common = { root, noInstall: wanted.noInstall, command: 'npm start' };
  if (wanted.runtime === 'process')
    return { ...(await setUp({ ...common, engine: false, purposes: ['process'] }, progress)), runtime: 'process' };
  try {
    return { ...(await setUp({ ...common, engine: true, purposes: ['images'] }, progress)), runtime: wanted.runtime };
  } catch (cause) {
    const isEngine = cause instanceof SetupError && 'forEngine' in cause && cause.forEngine === true;
    if (!isEngine || wanted.noInstall || wanted.runtime !== undefined) throw cause;
    progress.warn(`No engine can be had here: ${cause.message}\nfix: ${cause.fix}`);
    progress.warn('Going on without containers (--runtime process): no isolation and no memory limits; not every service can run.\n');
    return { ...(await setUp({ ...common, engine: false, purposes: ['process'] }, progress)), runtime: 'process' };
  }
}

/**
 * @param {import('./setup/arguments.js').StartArguments} wanted
 * @param {{ env: Readonly<Record<string, string>>, runtime: string | undefined }} ready
 */
async function bringUp(wanted, ready) {
  const env = { ...process.env, ...ready.env };
  const cluster = resolve(process.env['INIT_CWD'] ?? process.cwd(), wanted.cluster);
  if (!existsSync(join(cluster, 'cluster.yaml'))) {
    const status = await handOver([datamancy, 'init', '--cluster', cluster], { cwd: root, env });
    if (status !== 0) return status;
  }
  const runtime = ready.runtime === undefined ? [] : ['--runtime', ready.runtime];
  return handOver([datamancy, 'up', '--cluster', cluster, ...runtime, ...wanted.rest], { cwd: root, env });
}

/** @param {unknown} cause */
function fail(cause) {
  if (!(cause instanceof SetupError)) throw cause;
  progress.fail(cause.message);
  progress.say(`fix: ${cause.fix}`);
  return cause.status;
}
