// @ts-check
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * @typedef {{ readonly id: string, readonly version: number, readonly codename: string, readonly name: string }} Distribution
 * @typedef {'root' | 'sudo' | 'sudo-asks' | 'none'} Rights how commands that need root are run here
 */

/**
 * Reads os-release. A Debian without a version is testing or unstable, which counts as newer than every release.
 * @param {string} text
 * @returns {Distribution}
 */
export function readDistribution(text) {
  const fields = new Map();
  for (const line of text.split('\n')) {
    const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, value.replace(/^(["'])(.*)\1$/, '$2'));
  }
  const version = Number.parseFloat(fields.get('VERSION_ID') ?? '');
  return {
    id: fields.get('ID') ?? 'unknown',
    version: Number.isNaN(version) ? Number.POSITIVE_INFINITY : version,
    codename: fields.get('VERSION_CODENAME') ?? '',
    name: fields.get('PRETTY_NAME') ?? 'an unknown system',
  };
}

/** @returns {Distribution} */
export function distribution() {
  return readDistribution(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '');
}

/**
 * Where a program is, looked for on the path and in the folders of system programs, which a user's path may lack.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {Rights} */
export function rights() {
  if (process.getuid?.() === 0) return 'root';
  if (findProgram('sudo') === undefined) return 'none';
  if (spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) return 'sudo';
  return process.stdin.isTTY ? 'sudo-asks' : 'none';
}

/**
 * The same command, run as root: as it is for root, else through sudo.
 * @param {readonly string[]} argv
 * @param {Rights} how
 */
export function asRoot(argv, how) {
  return how === 'root' ? [...argv] : how === 'sudo' ? ['sudo', '-n', ...argv] : ['sudo', ...argv];
}

/** Whether systemd runs this machine, so that services are started through it. */
export function hasSystemd() {
  return existsSync('/run/systemd/system');
}

/**
 * Bytes that an ordinary user may still write below this folder, or below the nearest one above it that exists.
 * @param {string} folder
 */
export function freeBytes(folder) {
  let at = folder;
  while (!existsSync(at) && at !== '/') at = join(at, '..');
  const disk = statfsSync(at);
  return disk.bavail * disk.bsize;
}

/** The project's own folder for programs it fetched; and one for logs and records of what it started. */
export function dataFolder() {
  return join(process.env['XDG_DATA_HOME'] || join(homedir(), '.local/share'), 'datamancy');
}

export function stateFolder() {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'datamancy');
}
