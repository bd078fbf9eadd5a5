// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastWords, SetupError, tryRun } from './command.js';
import { asRoot } from './machine.js';

/** @typedef {(note: string, share?: number) => void} Tell */

const lockWaitMs = 600_000;
const options = ['-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'];

/**
 * Installs packages; waits for another apt, finishes one that was interrupted, and names what the network lacks.
 * @param {readonly string[]} names
 * @param {import('./machine.js').Rights} how
 * @param {Tell} tell
 */
export async function installPackages(names, how, tell) {
  const update = await withoutRivals(aptGet(['update'], how), tell);
  const argv = aptGet([...options, '-o', 'APT::Status-Fd=1', 'install', ...names], how);
  let result = await withoutRivals(argv, tell);
  if (result.status !== 0 && result.output.includes("'dpkg --configure -a'")) {
    tell('finishing an installation that was interrupted earlier');
    await tryRun(asRoot(['env', 'DEBIAN_FRONTEND=noninteractive', 'dpkg', '--configure', '-a'], how), { stdin: 'inherit' });
    result = await withoutRivals(argv, tell);
  }
  if (result.status === 0) return;
  throw aptFailure(`installing ${names.join(', ')}`, `${update.output}\n${withoutStatus(result.output)}`);
}

/** @param {readonly string[]} args @param {import('./machine.js').Rights} how */
function aptGet(args, how) {
  return asRoot(['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'apt-get', '-o', 'DPkg::Lock::Timeout=600', ...args], how);
}

/**
 * apt waits for dpkg's lock by itself but not for the one on its lists.
 * @param {readonly string[]} argv
 * @param {Tell} tell
 */
async function withoutRivals(argv, tell) {
  const began = Date.now();
  for (;;) {
    const result = await tryRun(argv, { stdin: 'inherit', onLine: (line) => report(line, tell) });
    const lock = /Could not get lock \S+?\.? It is held by process (\d+) \(([^)]*)\)/.exec(result.output);
    if (result.status === 0 || lock === null || Date.now() - began > lockWaitMs) return result;
    tell(`waiting for process ${lock[1]} (${lock[2]}), which uses apt`);
    await sleep(2000);
  }
}

/** @param {string} line @param {Tell} tell */
function report(line, tell) {
  const told = aptProgress(line);
  if (told !== undefined) tell(told.note, told.share);
}

/**
 * What a line of apt says about how far it is: its status lines, or that it waits for a lock.
 * @param {string} line
 * @returns {{ note: string, share?: number } | undefined}
 */
export function aptProgress(line) {
  const status = /^(dlstatus|pmstatus):[^:]*:([\d.]+):(.*)$/.exec(line);
  if (status !== null) {
    const [, kind, percent, note = ''] = status;
    return { note, share: (kind === 'dlstatus' ? 0 : 0.5) + Number(percent) / 200 };
  }
  return line.startsWith('Waiting for cache lock') ? { note: line.replace(/^.*held by process/, 'waiting for process') } : undefined;
}

/** @param {string} output */
function withoutStatus(output) {
  return output
    .split('\n')
    .filter((line) => !/^(dl|pm)status:/.test(line))
    .join('\n');
}

/**
 * @param {string} doing
 * @param {string} output
 */
export function aptFailure(doing, output) {
  const words = lastWords(
    output
      .split('\n')
      .filter((line) => /^(E|Err|W):/.test(line.trim()))
      .join('\n') || output,
    4,
  );
  if (/Temporary failure resolving|Could not resolve|Could not connect|Network is unreachable|Connection timed out/.test(output)) {
    return new SetupError(
      `${doing} failed: the package mirror cannot be reached\n${words}`,
      'connect this machine to the network, then run this again',
    );
  }
  if (/No space left on device|don't have enough free space|not have enough free space/.test(output)) {
    return new SetupError(`${doing} failed: the disk is full\n${words}`, 'free some space, then run this again');
  }
  if (/Unable to locate package|has no installation candidate/.test(output)) {
    return new SetupError(
      `${doing} failed: this machine's apt does not know the package\n${words}`,
      "enable the main component of this Debian's own mirror in apt, then run this again",
    );
  }
  if (/a password is required|a terminal is required|not in the sudoers|incorrect password/.test(output)) {
    return new SetupError(`${doing} failed: sudo refused\n${words}`, 'run this as root, or as a user whom sudo trusts');
  }
  return new SetupError(`${doing} failed\n${words}`, 'put right what apt says above, then run this again');
}

/**
 * Runs `work` while packages that bring a service are kept from starting it, as Debian's policy-rc.d does it.
 * A policy that the machine has already is left as it is.
 * @template T
 * @param {import('./machine.js').Rights} how
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withoutStartingServices(how, work) {
  const policy = '/usr/sbin/policy-rc.d';
  const mark = '# written by datamancy while it installs packages';
  const isOurs = existsSync(policy) && readFileSync(policy, 'utf8').includes(mark);
  if (existsSync(policy) && !isOurs) return work();
  const script = `printf '#!/bin/sh\\n%s\\nexit 101\\n' "$2" > "$1" && chmod 755 "$1"`;
  const written = await tryRun(asRoot(['sh', '-c', script, 'sh', policy, mark], how), { stdin: 'inherit' });
  if (written.status !== 0) throw aptFailure('keeping the packages from starting their services', written.output);
  try {
    return await work();
  } finally {
    await tryRun(asRoot(['rm', '-f', policy], how), { stdin: 'inherit' });
  }
}
