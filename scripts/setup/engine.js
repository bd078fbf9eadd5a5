// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { tryRun } from './command.js';

/**
 * @typedef {{ readonly host: string, readonly why: string, readonly chosen: boolean }} Candidate
 *   `chosen`: the owner named it, so nothing else may be used in its place.
 * @typedef {{ readonly found: true, readonly host: string, readonly why: string, readonly version: string, readonly limits: boolean }} Found
 * @typedef {{ readonly found: false, readonly host: string, readonly why: string, readonly chosen: boolean, readonly reason: string, readonly denied: boolean }} NotFound
 */

export const defaultHost = 'unix:///var/run/docker.sock';

/** @param {NodeJS.ProcessEnv} env */
export function dockerFolder(env) {
  return env['DOCKER_CONFIG'] || join(homedir(), '.docker');
}

/**
 * Where an engine may answer, best first; an address that the owner chose is the only one.
 * @param {NodeJS.ProcessEnv} env
 * @param {(path: string) => string | undefined} read
 * @returns {Candidate[]}
 */
export function engineCandidates(env, read = readText) {
  if (env['DOCKER_HOST']) return [{ host: env['DOCKER_HOST'], why: 'DOCKER_HOST', chosen: env['DOCKER_HOST'] !== defaultHost }];
  const folder = dockerFolder(env);
  const context = env['DOCKER_CONTEXT'] || contextOf(read(join(folder, 'config.json')));
  if (context !== undefined && context !== 'default') {
    const digest = createHash('sha256').update(context).digest('hex');
    const host = endpointOf(read(join(folder, 'contexts/meta', digest, 'meta.json')));
    return [{ host: host ?? `context ${context}`, why: `the docker context ${context}`, chosen: true }];
  }
  const own = env['XDG_RUNTIME_DIR'] ? [`unix://${env['XDG_RUNTIME_DIR']}/docker.sock`] : [];
  return [defaultHost, ...own].map((host) => ({
    host,
    why: host === defaultHost ? 'the system engine' : 'a rootless engine',
    chosen: false,
  }));
}

/** @param {string} path */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string | undefined} text */
function contextOf(text) {
  const value = parse(text)?.['currentContext'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @param {string | undefined} text */
function endpointOf(text) {
  const value = parse(text)?.['Endpoints']?.['docker']?.['Host'];
  return typeof value === 'string' ? value : undefined;
}

/** @param {string | undefined} text a damaged file of the docker program counts as none */
function parse(text) {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Asks each candidate in turn; the first that answers is the engine, else why the best candidate did not.
 * @param {readonly Candidate[]} candidates
 * @returns {Promise<Found | NotFound>}
 */
export async function findEngine(candidates) {
  /** @type {NotFound | undefined} */
  let first;
  for (const candidate of candidates) {
    const answer = await ask(candidate);
    if (answer.found) return answer;
    if (first === undefined || (answer.denied && !first.denied)) first = answer;
  }
  return first ?? { found: false, host: defaultHost, why: 'the system engine', chosen: false, reason: 'no such socket', denied: false };
}

/**
 * @param {Candidate} candidate
 * @returns {Promise<Found | NotFound>}
 */
async function ask(candidate) {
  try {
    const info = candidate.host.startsWith('unix://') ? await askSocket(candidate.host) : await askProgram(candidate.host);
    const limits = info.cgroupDriver !== 'none';
    return { found: true, host: candidate.host, why: candidate.why, version: info.version, limits };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const reason = code === 'ENOENT' ? 'no such socket' : cause instanceof Error ? cause.message : String(cause);
    return { found: false, ...candidate, reason, denied: code === 'EACCES' || code === 'EPERM' };
  }
}

/**
 * @param {string} host
 * @returns {Promise<ReturnType<typeof aboutEngine>>}
 */
function askSocket(host) {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: host.slice('unix://'.length), path: '/info', timeout: 10_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => (text += part));
      answer.on('error', reject);
      answer.on('end', () => {
        const body = parse(text);
        if (answer.statusCode === 200 && body?.['ServerVersion']) resolve(aboutEngine(body));
        else reject(new Error(`it answered ${answer.statusCode}: ${text.trim().slice(0, 200)}`));
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 10 s')));
    asked.on('error', reject);
    asked.end();
  });
}

/**
 * Addresses over ssh and tls are asked through the docker program, which knows their keys.
 * @param {string} host
 * @returns {Promise<ReturnType<typeof aboutEngine>>}
 */
async function askProgram(host) {
  const address = host.startsWith('context ') ? [] : ['--host', host];
  const result = await tryRun(['docker', ...address, 'info', '--format', '{{json .}}'], { timeoutMs: 20_000 });
  const body = parse(result.stdout);
  if (result.status === 0 && body?.['ServerVersion']) return aboutEngine(body);
  throw new Error(result.output.trim().split('\n').at(-1) ?? `docker info ended with status ${result.status}`);
}

/** @param {any} info the engine's answer to /info */
function aboutEngine(info) {
  return { version: `${info.ServerVersion}`, cgroupDriver: `${info.CgroupDriver}` };
}
