// @ts-check
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lastWords, SetupError, tryRun } from './command.js';

/** @typedef {'there' | 'missing' | 'outdated'} NpmState */
/** @typedef {{ readonly packages?: Readonly<Record<string, { readonly version?: string, readonly optional?: boolean }>> }} Lock */

/**
 * Whether node_modules holds what package-lock.json asks for.
 * @param {string} root
 * @returns {NpmState}
 */
export function npmState(root) {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return 'missing';
  if (statSync(lock).mtimeMs <= statSync(installed).mtimeMs) return 'there';
  return isSameTree(readLock(lock), readLock(installed)) ? 'there' : 'outdated';
}

/** @param {string} path @returns {Lock} */
function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * npm leaves optional packages of other platforms out; every other difference counts.
 * @param {Lock} wanted
 * @param {Lock} installed
 */
export function isSameTree(wanted, installed) {
  const has = new Map(Object.entries(installed.packages ?? {}));
  const wants = Object.entries(wanted.packages ?? {}).filter(([path]) => path !== '');
  const isThere = wants.every(([path, item]) => {
    const found = has.get(path);
    return found === undefined ? item.optional === true : found.version === item.version;
  });
  const names = new Set(wants.map(([path]) => path));
  return isThere && [...has.keys()].every((path) => names.has(path));
}

/**
 * Installs exactly what package-lock.json lists, with the machine's own npm settings.
 * @param {string} root
 * @param {import('./apt.js').Tell} tell
 */
export async function installNpmPackages(root, tell) {
  const npm = process.env['npm_execpath'];
  const argv = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const result = await tryRun([...argv, 'ci', '--include=dev', '--ignore-scripts', '--no-fund', '--no-audit'], {
    cwd: root,
    onLine: (line) => line.startsWith('npm ') || tell(line.trim()),
  });
  if (result.status === 0) return;
  const words = lastWords(
    result.output
      .split('\n')
      .filter((line) => line.startsWith('npm error'))
      .join('\n') || result.output,
  );
  throw new SetupError(`npm ci failed\n${words}`, npmFix(result.output));
}

/** @param {string} output */
export function npmFix(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(output))
    return 'connect this machine to the npm registry, then run this again';
  if (/SELF_SIGNED_CERT|UNABLE_TO_/.test(output))
    return 'tell npm which certificates this network uses (NODE_EXTRA_CA_CERTS), then run this again';
  if (/ENOSPC/.test(output)) return 'free some space, then run this again';
  if (/EACCES|EPERM/.test(output)) return 'make this folder yours (chown), then run this again';
  return 'put right what npm says above, then run this again';
}
