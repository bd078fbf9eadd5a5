import { homedir, userInfo } from 'node:os';
import { DatamancyError, messageOf, systemCode } from '../kit/errors.ts';
import { openClient } from './engine-client.ts';
import type { EngineAddress, EnginePlace, PlaceHints } from './engine-places.ts';
import { enginePlaces, environmentOf } from './engine-places.ts';

/** A container engine that answered, and what it told about itself. */
export interface Engine {
  readonly address: EngineAddress;
  /** Environment that points the docker client at it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Who named it: DOCKER_HOST, a docker context, a usual socket. */
  readonly from: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly cgroupDriver: string;
  readonly cgroupVersion: string;
  readonly rootless: boolean;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Which limits it cannot enforce; a container runs without them and the engine does not mind. */
  readonly unenforced: readonly ('memory' | 'CPU' | 'process')[];
  readonly warnings: readonly string[];
}

interface Failure {
  readonly place: EnginePlace;
  readonly code: string | undefined;
  readonly words: string;
}

const answerWithinMs = 5000;

/** The first engine that answers; E_ENGINE_UNREACHABLE says where it was looked for and why each place gave none. */
export async function connectEngine(hints: PlaceHints = ownHints()): Promise<Engine> {
  const failures: Failure[] = [];
  for (const place of await enginePlaces(hints)) {
    const answer = await tryPlace(place);
    if ('version' in answer) return answer;
    failures.push(answer);
  }
  const tried = failures.map(({ place, words }) => `  ${place.address.host || '(no address)'} (${place.from}): ${words}`);
  throw new DatamancyError('E_ENGINE_UNREACHABLE', `no container engine answers; tried\n${tried.join('\n')}`, { fix: fixFor(failures) });
}

function ownHints(): PlaceHints {
  return { env: process.env, home: homedir(), uid: userInfo().uid };
}

async function tryPlace(place: EnginePlace): Promise<Engine | Failure> {
  try {
    const client = openClient(place.address, answerWithinMs);
    const [version, info] = await Promise.all([client.version(), client.info() as Promise<Info>]);
    if (typeof version.ApiVersion !== 'string' || typeof info !== 'object') throw new Error('what answers there is no container engine');
    return engineFrom(place, version, info);
  } catch (cause) {
    return { place, code: systemCode(cause), words: reasonOf(cause) };
  }
}

interface Info {
  readonly CgroupDriver?: string;
  readonly CgroupVersion?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly MemoryLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly PidsLimit?: boolean;
}

function engineFrom(
  { address, from }: EnginePlace,
  version: { readonly Version: string; readonly ApiVersion: string; readonly Components?: readonly { readonly Name: string }[] },
  info: Info,
): Engine {
  const cgroupDriver = info.CgroupDriver ?? 'none';
  const podman = version.Components?.some(({ Name }) => Name.startsWith('Podman')) ?? false;
  const remote = !address.host.startsWith('unix://');
  const none = cgroupDriver === 'none';
  return {
    address,
    environment: environmentOf(address),
    from,
    version: version.Version,
    apiVersion: version.ApiVersion,
    cgroupDriver,
    cgroupVersion: info.CgroupVersion ?? '1',
    rootless: info.SecurityOptions?.some((option) => option.includes('name=rootless')) ?? false,
    cores: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
    unenforced: [
      ...(none || info.MemoryLimit === false ? (['memory'] as const) : []),
      ...(none || info.CpuCfsQuota === false ? (['CPU'] as const) : []),
      ...(none || info.PidsLimit === false ? (['process'] as const) : []),
    ],
    warnings: [
      ...(podman ? ['the engine is Podman, which runs healthchecks only under systemd'] : []),
      ...(remote ? [`the engine is at ${address.host}; it must see the cluster folder under the same path as this machine does`] : []),
    ],
  };
}

function reasonOf(cause: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such socket',
    EACCES: `${userInfo().username} may not open it`,
    ECONNREFUSED: 'nobody listens there',
    ECONNRESET: `it accepted the connection and did not answer within ${answerWithinMs / 1000} s`,
    ENOTFOUND: 'no such host',
  };
  return words[systemCode(cause) ?? ''] ?? messageOf(cause).split('\n')[0] ?? 'no answer';
}

function fixFor(failures: readonly Failure[]): string {
  const [only] = failures;
  if (failures.length === 1 && only) {
    if (only.place.address.host.startsWith('ssh://')) {
      return 'an engine over ssh cannot be used directly; forward its socket (ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock HOST) and set DOCKER_HOST=unix:///tmp/engine.sock';
    }
    if (only.code !== 'EACCES')
      return `start that engine, or unset ${only.place.from.startsWith('docker') ? 'the context (docker context use default)' : only.place.from}`;
  }
  if (failures.some(({ code }) => code === 'EACCES')) {
    return `add yourself to the group docker (sudo usermod -aG docker ${userInfo().username}), then log in again`;
  }
  if (failures.some(({ code }) => code === 'ECONNREFUSED')) return 'start the engine (sudo systemctl start docker, or dockerd)';
  return 'run "npm start", which installs an engine, or set DOCKER_HOST to the one to use';
}
