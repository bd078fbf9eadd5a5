import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { sleep } from '../kit/clock.ts';
import { DatamancyError } from '../kit/errors.ts';
import { ask, refusal } from './engine-client.ts';
import { label } from './container-unit.ts';

/** One cluster's own corner of an engine: everything here is found by label, so nothing of others is ever touched. */
export interface Corner {
  readonly client: Docker;
  readonly cluster: string;
  /** Compose project; with a separator it begins every name in the corner. */
  readonly project: string;
}

/** Containers of the cluster, of one service where named, the one that counts first. One-off runs are left out. */
export async function listContainers(corner: Corner, service: string | undefined, signal: AbortSignal): Promise<readonly ContainerInfo[]> {
  const labels = [`${label.cluster}=${corner.cluster}`, ...(service === undefined ? [label.service] : [`${label.service}=${service}`])];
  const found = await ask(
    'listing containers',
    async (abortSignal) => corner.client.listContainers({ all: true, filters: { label: labels }, abortSignal }),
    signal,
  );
  return found.filter(({ Labels }) => Labels['com.docker.compose.oneoff'] !== 'True').toSorted(byWorth);
}

/** Running before stopped before never started; among equals the newest. */
function byWorth(one: ContainerInfo, other: ContainerInfo): number {
  const rank = ({ State }: ContainerInfo): number => ['running', 'restarting', 'paused', 'exited'].indexOf(State) >>> 0;
  return rank(one) - rank(other) || other.Created - one.Created;
}

/** The container of a service; E_SERVICE_UNKNOWN where there is none. */
export async function containerOf(corner: Corner, service: string, signal: AbortSignal): Promise<Docker.Container> {
  const [first] = await listContainers(corner, service, signal);
  if (first) return corner.client.getContainer(first.Id);
  throw new DatamancyError('E_SERVICE_UNKNOWN', `${service} has no container in the cluster ${corner.cluster}`, {
    fix: 'run "datamancy up", or look at "datamancy status" for the names there are',
  });
}

/** The outcome, or undefined where the thing is gone, already in that state, or just being removed. */
export async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (cause) {
    const status = refusal(cause);
    if (status === 404 || status === 304 || (status === 409 && /already in progress/.test(String(cause)))) return undefined;
    throw cause;
  }
}

const stopWithinMs = 300_000;

/** Stops it within its own grace period. */
export async function stopContainer({ client }: Corner, id: string, signal: AbortSignal): Promise<void> {
  await unlessGone(ask('stopping a container', async (abortSignal) => client.getContainer(id).stop({ abortSignal }), signal, stopWithinMs));
}

/** Removes a container; its named volumes stay, and its nameless ones too unless `volumes`. */
export async function removeContainer(
  { client }: Corner,
  id: string,
  options: { readonly volumes: boolean },
  signal: AbortSignal,
): Promise<void> {
  const remove = async (abortSignal: AbortSignal): Promise<unknown> =>
    client.getContainer(id).remove({ force: true, v: options.volumes, abortSignal });
  await unlessGone(ask('removing a container', remove, signal, stopWithinMs));
}

/**
 * Removes the networks of the cluster, and its volumes where asked; what bears the label and another's name is left alone.
 * A network that something is still attached to is left for last and said.
 */
export async function removeStores(corner: Corner, options: { readonly volumes: boolean }, signal: AbortSignal): Promise<void> {
  const filters = { label: [`${label.cluster}=${corner.cluster}`] };
  const isOwn = ({ Name }: { readonly Name: string }): boolean => Name.startsWith(`${corner.project}_`);
  const networks = await ask('listing networks', async (abortSignal) => corner.client.listNetworks({ filters, abortSignal }), signal);
  const kept = await Promise.all(
    networks.filter(isOwn).map(async ({ Id, Name }) => ((await removeNetwork(corner, Id, signal)) ? [] : [Name])),
  );
  if (options.volumes) {
    const { Volumes } = await ask('listing volumes', async (abortSignal) => corner.client.listVolumes({ filters, abortSignal }), signal);
    const remove = async (name: string): Promise<unknown> =>
      unlessGone(ask('removing a volume', async () => corner.client.getVolume(name).remove(), signal));
    await Promise.all(Volumes.filter(isOwn).map(async ({ Name }) => remove(Name)));
  }
  const left = kept.flat().join(', ');
  if (left === '') return;
  throw new DatamancyError('E_ENGINE_FAILED', `all is down but the network ${left}: the engine says that something is attached to it`, {
    fix: `disconnect what "docker network inspect ${left}" shows; where it shows nothing, restart the engine; then run the command again`,
  });
}

/** False where something is attached to it still after some seconds; an engine lets go of a container a little after it is gone. */
async function removeNetwork({ client }: Corner, id: string, signal: AbortSignal): Promise<boolean> {
  for (let attempt = 1; attempt <= 6; attempt++) {
    try {
      await unlessGone(ask('removing a network', async () => client.getNetwork(id).remove(), signal));
      return true;
    } catch (cause) {
      if (!/active endpoints/.test(String(cause))) throw cause;
    }
    await sleep(200 * attempt, signal);
  }
  return false;
}
