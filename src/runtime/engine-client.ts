import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { DatamancyError, messageOf, systemCode } from '../kit/errors.ts';
import { sleep } from '../kit/clock.ts';
import type { EngineAddress } from './engine-places.ts';

/**
 * A client of the Engine API at this address and no other, whatever DOCKER_HOST says. A connection that is silent for
 * `idleMs` is given up; zero means never.
 */
export function openClient({ host, tls }: EngineAddress, idleMs = 0): Docker {
  if (host.startsWith('unix://')) return new Docker({ host: '', socketPath: host.slice('unix://'.length), timeout: idleMs });
  const { protocol, hostname, port } = new URL(host);
  if (protocol !== 'tcp:' && protocol !== 'http:' && protocol !== 'https:') throw new Error(`${protocol}// cannot be spoken here`);
  const secure = tls !== undefined || protocol === 'https:';
  const certificates = tls && {
    ca: readFileSync(join(tls.directory, 'ca.pem')),
    cert: readFileSync(join(tls.directory, 'cert.pem')),
    key: readFileSync(join(tls.directory, 'key.pem')),
  };
  return new Docker({
    host: hostname,
    port: port || (secure ? 2376 : 2375),
    protocol: secure ? 'https' : 'http',
    timeout: idleMs,
    ...certificates,
    ...(tls?.verify === false ? { checkServerIdentity: () => undefined } : {}),
  });
}

const connectionCodes = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EACCES', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT']);

/** Whether the engine could not be spoken to at all, as against having refused. */
export function isConnectionFailure(cause: unknown): boolean {
  return connectionCodes.has(systemCode(cause) ?? '') || messageOf(cause) === 'socket hang up';
}

/** The HTTP status with which the engine refused, or undefined where it was something else. */
export function refusal(cause: unknown): number | undefined {
  return cause instanceof Error && 'statusCode' in cause && typeof cause.statusCode === 'number' ? cause.statusCode : undefined;
}

/** Any failure of a request, in our own terms. An abort by the caller stays what it is. */
export function engineError(cause: unknown, doing: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (cause instanceof DatamancyError) return cause;
  if (isConnectionFailure(cause)) return unreachable(`${doing}: ${messageOf(cause)}`, cause);
  return new DatamancyError('E_ENGINE_FAILED', `${doing}: ${wordsOf(cause)}`, { fix: 'read what the engine says, then try again', cause });
}

/** What the engine said when it refused. */
export function wordsOf(cause: unknown): string {
  return messageOf(cause)
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .trim();
}

export function unreachable(words: string, cause?: unknown): DatamancyError {
  return new DatamancyError('E_ENGINE_UNREACHABLE', `the container engine does not answer (${words})`, {
    fix: 'start the engine (sudo systemctl start docker, or dockerd), then run the command again; what was done so far is kept',
    cause,
  });
}

/** How long an engine that answered before may be away, as it is while it restarts. */
const patienceMs = 10_000;

/**
 * Asks the engine; waits for one that is just restarting. `withinMs` bounds each try, so that an engine which accepts and
 * never answers is E_ENGINE_UNREACHABLE. Only for requests that may be sent twice.
 */
export async function ask<T>(
  doing: string,
  request: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  withinMs = 30_000,
): Promise<T> {
  const start = Date.now();
  for (;;) {
    const limit = AbortSignal.timeout(withinMs);
    try {
      return await within(request(AbortSignal.any([signal, limit])), limit, signal);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      if (limit.aborted) throw unreachable(`${doing}: no answer within ${withinMs / 1000} s`, cause);
      if (!isConnectionFailure(cause) || Date.now() - start > patienceMs)
        throw refusal(cause) === undefined ? engineError(cause, doing, signal) : cause;
    }
    await sleep(300, signal);
  }
}

/** Not every request of the client library heeds its signal, so the wait for it ends here in any case. */
export async function within<T>(work: Promise<T>, ...signals: readonly AbortSignal[]): Promise<T> {
  const ended = AbortSignal.any([...signals]);
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(ended.reason instanceof Error ? ended.reason : new Error('aborted'));
    ended.addEventListener('abort', stop, { once: true });
    if (ended.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    ended.removeEventListener('abort', stop);
  }
}

/** An answer that goes on: logs and events. The client library's own types for these are unusable. */
export async function openStream(
  client: Docker,
  path: string,
  query: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const request = { path: `${path}?`, method: 'GET', isStream: true, abortSignal: signal, statusCodes: { 200: true }, options: query };
    client.modem.dial(request, (cause: unknown, answer) => {
      if (answer instanceof Readable) resolve(answer);
      else reject(cause instanceof Error ? cause : new Error(`no stream at ${path}`));
    });
  });
}
