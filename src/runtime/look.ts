import { DatamancyError } from '../kit/errors.ts';
import { connectEngine } from './engine.ts';
import { askRegistry } from './registry.ts';

/** Longest wait for a registry; past it, images are built on the machine instead. */
const patienceMs = 2000;

export interface EngineFacts {
  /** Whether the registry of the image answers the engine within two seconds; false where none was asked for. */
  readonly registryAnswers: boolean;
  /** Whether the engine knows an interval for probes during the start alone: Engine API 1.44, Docker Engine 25. */
  readonly probesStart: boolean;
  /** Where a container finds its socket, if that is not the usual place; absent too where that cannot be told from here. */
  readonly engineSocket?: string;
}

/** Of rootless Docker, and of Podman: a socket elsewhere may lead to an engine in a virtual machine or on another one. */
const ownSockets = /^unix:\/\/(?<path>\/run\/(?:user\/\d+\/docker|(?:user\/\d+\/)?podman\/podman)\.sock)$/;

/** What a cluster's choices hang on, or undefined where no engine answers. */
export async function lookAtEngine(image: string | undefined): Promise<EngineFacts | undefined> {
  const engine = await connectEngine().catch(nothingWhereUnreachable);
  if (!engine) return undefined;
  const [major = 0, minor = 0] = engine.apiVersion.split('.').map(Number);
  const answer = image === undefined ? undefined : await askRegistry(engine, image, patienceMs).catch(nothingWhereUnreachable);
  const engineSocket = socketOf(engine.address.host);
  return {
    registryAnswers: answer !== undefined && 'digest' in answer,
    probesStart: major > 1 || minor >= 44,
    ...(engineSocket === undefined ? {} : { engineSocket }),
  };
}

/** The path on this machine at which the engine behind the address has its own socket. */
export function socketOf(host: string): string | undefined {
  return ownSockets.exec(host)?.groups?.['path'];
}

function nothingWhereUnreachable(cause: unknown): undefined {
  if (cause instanceof DatamancyError && cause.code === 'E_ENGINE_UNREACHABLE') return undefined;
  throw cause;
}
