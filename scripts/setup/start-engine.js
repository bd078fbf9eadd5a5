// @ts-check
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastWords, SetupError, tryRun } from './command.js';
import { defaultHost, findEngine } from './engine.js';
import { asRoot, findProgram, hasSystemd, stateFolder } from './machine.js';

/**
 * @typedef {{ readonly host?: string, readonly pidFile?: string, readonly log?: string, readonly record?: string, readonly extra?: readonly string[],
 *   readonly prefix?: readonly string[], readonly withSystemd?: boolean, readonly withinMs?: number }} EngineOptions
 *   Everything is the system engine's own place by default; a test gives others.
 * @typedef {{ readonly pid: number, readonly began: string, readonly host: string }} EngineRecord `began` tells a reused pid from the engine itself
 */

/** Where it is written down which engine was started by hand here; DATAMANCY_ENGINE_RECORD names another file, for CI. */
export function recordPath() {
  return process.env['DATAMANCY_ENGINE_RECORD'] || join(stateFolder(), 'engine.json');
}

/**
 * Starts the engine: as a service where systemd runs the machine, else as a process of its own that outlives this one.
 * Returns when it answers; throws with its own last words when it cannot run here.
 * @param {import('./machine.js').Rights} how
 * @param {import('./apt.js').Tell} tell
 * @param {EngineOptions} options
 * @returns {Promise<void>}
 */
export async function startEngine(how, tell, options = {}) {
  const host = options.host ?? defaultHost;
  if (options.withSystemd ?? hasSystemd()) return startService(how, tell, host);
  const dockerd = findProgram('dockerd');
  if (dockerd === undefined) throw new SetupError('dockerd is not on this machine', 'install docker.io');
  const log = options.log ?? join(stateFolder(), 'dockerd.log');
  const pidFile = options.pidFile ?? '/var/run/docker.pid';
  mkdirSync(dirname(log), { recursive: true });
  const offset = existsSync(log) ? statSync(log).size : 0;
  const script = 'log=$1; shift; setsid "$@" >>"$log" 2>&1 </dev/null & echo $!';
  const argv = [...(options.prefix ?? []), dockerd, '--pidfile', pidFile, '--host', host, ...(options.extra ?? [])];
  const started = await tryRun(asRoot(['sh', '-c', script, 'sh', log, ...argv], how), { stdin: 'inherit' });
  if (started.status !== 0) throw new SetupError(`dockerd was not started: ${lastWords(started.output)}`, 'run this as root');
  const pid = Number.parseInt(started.stdout, 10);
  await untilItAnswers(host, options.withinMs ?? 60_000, tell, () => (beganAt(pid) === undefined ? wordsOf(log, offset) : undefined));
  keepRecord(options.record ?? recordPath(), pidFile, host);
}

/** @param {import('./machine.js').Rights} how @param {import('./apt.js').Tell} tell @param {string} host */
async function startService(how, tell, host) {
  const result = await tryRun(asRoot(['systemctl', 'start', 'docker'], how), { stdin: 'inherit' });
  if (result.status !== 0)
    throw new SetupError(`systemctl start docker failed: ${lastWords(result.output)}`, 'look at "journalctl -u docker"');
  await untilItAnswers(host, 60_000, tell, () => undefined);
}

/**
 * @param {string} host @param {number} withinMs @param {import('./apt.js').Tell} tell
 * @param {() => string | undefined} deathWords what it said before it ended, once it has
 */
async function untilItAnswers(host, withinMs, tell, deathWords) {
  const began = Date.now();
  for (;;) {
    const engine = await findEngine([{ host, why: '', chosen: true }]);
    if (engine.found || engine.denied) return;
    const words = deathWords();
    if (words !== undefined)
      throw new SetupError(`dockerd cannot run on this machine:\n${words}`, 'use "--runtime process", which needs no engine');
    if (Date.now() - began > withinMs) {
      throw new SetupError(
        `dockerd did not answer within ${withinMs / 1000} s; last seen: ${engine.reason}`,
        'look at its log, then run this again',
      );
    }
    tell(`waiting for it to answer (${engine.reason})`);
    await sleep(100);
  }
}

/** @param {string} log @param {number} offset */
function wordsOf(log, offset) {
  if (!existsSync(log)) return '';
  const text = readFileSync(log).subarray(offset).toString('utf8');
  const failures = text.split('\n').filter((line) => !/level=(info|debug|warning)/.test(line));
  return lastWords(failures.join('\n') || text, 4);
}

/** @param {string} pidFile */
function readPid(pidFile) {
  const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : Number.NaN;
  return Number.isNaN(pid) ? undefined : pid;
}

/**
 * Writes down which engine was started here, so that CI can stop that one and no other.
 * @param {string} record @param {string} pidFile @param {string} host
 */
export function keepRecord(record, pidFile, host) {
  const pid = readPid(pidFile);
  const began = pid === undefined ? undefined : beganAt(pid);
  if (pid === undefined || began === undefined) return;
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(`${record}.new`, JSON.stringify({ pid, began, host }));
  renameSync(`${record}.new`, record);
}

/**
 * The kernel's start time of a process, field 22 of its stat; undefined when it has ended, also if nobody has taken note of that.
 * @param {number} pid
 */
function beganAt(pid) {
  const path = `/proc/${pid}/stat`;
  const fields = existsSync(path) ? readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ') : undefined;
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}

/**
 * Stops the engine that the record names, if it is still that same process, and waits for its end.
 * @param {import('./machine.js').Rights} how
 * @returns {Promise<'stopped' | 'nothing to stop' | 'still running'>}
 */
export async function stopRecordedEngine(how, record = recordPath(), withinMs = 60_000) {
  if (!existsSync(record)) return 'nothing to stop';
  /** @type {EngineRecord} */
  const engine = JSON.parse(readFileSync(record, 'utf8'));
  if (beganAt(engine.pid) !== engine.began) {
    rmSync(record, { force: true });
    return 'nothing to stop';
  }
  await tryRun(asRoot(['kill', '-TERM', String(engine.pid)], how), { stdin: 'inherit' });
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(100)) {
    if (beganAt(engine.pid) === engine.began) continue;
    rmSync(record, { force: true });
    return 'stopped';
  }
  return 'still running';
}
