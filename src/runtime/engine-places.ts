import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readIfExists } from '../kit/files.ts';

/** How an engine is spoken to: `unix://…`, `tcp://…`, and the certificates where it wants some. */
export interface EngineAddress {
  readonly host: string;
  readonly tls?: { readonly directory: string; readonly verify: boolean };
}

/** Somewhere an engine may listen, and who says so. */
export interface EnginePlace {
  readonly address: EngineAddress;
  readonly from: string;
}

export interface PlaceHints {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly uid: number;
}

/**
 * Where to look for an engine, first choice first. What the operator named (DOCKER_HOST, or a docker context) is the only
 * place then: another engine that happens to answer is not the one that was meant.
 */
export async function enginePlaces(hints: PlaceHints): Promise<readonly EnginePlace[]> {
  const { env } = hints;
  if (env['DOCKER_HOST']) return [{ address: addressFromEnv(env['DOCKER_HOST'], hints), from: 'DOCKER_HOST' }];
  const context = await chosenContext(hints);
  return context === undefined ? usualPlaces(hints) : [context];
}

/** The environment that points a docker client at the same engine, whatever context it would choose by itself. */
export function environmentOf({ host, tls }: EngineAddress): Readonly<Record<string, string>> {
  if (!tls) return { DOCKER_HOST: host };
  return { DOCKER_HOST: host, DOCKER_CERT_PATH: tls.directory, ...(tls.verify ? { DOCKER_TLS_VERIFY: '1' } : { DOCKER_TLS: '1' }) };
}

function addressFromEnv(host: string, { env, home }: PlaceHints): EngineAddress {
  const verify = Boolean(env['DOCKER_TLS_VERIFY']);
  if (!verify && !env['DOCKER_TLS']) return { host };
  return { host, tls: { directory: env['DOCKER_CERT_PATH'] || join(home, '.docker'), verify } };
}

function usualPlaces({ env, home, uid }: PlaceHints): readonly EnginePlace[] {
  const own = env['XDG_RUNTIME_DIR'] || `/run/user/${uid}`;
  return [
    { from: 'the usual socket', path: '/var/run/docker.sock' },
    { from: 'a rootless engine', path: join(own, 'docker.sock') },
    { from: 'Docker Desktop', path: join(home, '.docker/run/docker.sock') },
    { from: 'rootless Podman', path: join(own, 'podman/podman.sock') },
    { from: 'Podman', path: '/run/podman/podman.sock' },
  ].map(({ from, path }) => ({ from, address: { host: `unix://${path}` } }));
}

async function chosenContext({ env, home }: PlaceHints): Promise<EnginePlace | undefined> {
  const config = env['DOCKER_CONFIG'] || join(home, '.docker');
  const name = env['DOCKER_CONTEXT'] || textAt(await readJson(join(config, 'config.json')), ['currentContext']);
  if (name === undefined || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(config, 'contexts/meta', id, 'meta.json'));
  const host = textAt(meta, ['Endpoints', 'docker', 'Host']) ?? '';
  const directory = join(config, 'contexts/tls', id, 'docker');
  const verify = at(meta, ['Endpoints', 'docker', 'SkipTLSVerify']) !== true;
  return { from: `docker context ${name}`, address: { host, ...(existsSync(directory) ? { tls: { directory, verify } } : {}) } };
}

/** A file of docker's own that is damaged or cannot be read says nothing; docker itself then complains about it. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse((await readIfExists(path)) ?? '{}');
  } catch {
    return {};
  }
}

function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null && key in node ? (node as Readonly<Record<string, unknown>>)[key] : undefined,
    tree,
  );
}

function textAt(tree: unknown, path: readonly string[]): string | undefined {
  const value = at(tree, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
