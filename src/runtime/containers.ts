import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { DatamancyError } from '../kit/errors.ts';
import { ask, refusal } from './engine-client.ts';
import { label } from './container-unit.ts';

/** One cluster's own corner of an engine: everything here is found by label, so nothing of others is ever touched. */
export interface Corner {
  readonly client: Docker;
  readonly cluster: string;
  /** Compose project; with a separator it begins every name in the corner. */
  readonly project: string;
  /** Folder that its units must have been started from; any where undefined. */
  readonly home: string | undefined;
}

/** Containers of the cluster, of one service where named, the one that counts first. One-off runs are left out. */
export async function listContainers(corner: Corner, service: string | undefined, signal: AbortSignal): Promise<readonly ContainerInfo[]> {
  const labels = [`${label.cluster}=${corner.cluster}`, ...(service === undefined ? [label.service] : [`${label.service}=${service}`])];
  const found = await ask(
    'listing containers',
    async (abortSignal) => corner.client.listContainers({ all: true, filters: { label: labels }, abortSignal }),
    signal,
  );
  const units = found.filter(({ Labels }) => Labels['com.docker.compose.oneoff'] !== 'True').toSorted(byWorth);
  for (const { Labels } of units) refuseStranger(corner, Labels['com.docker.compose.project.working_dir']);
  return units;
}

/** Two folders may give their clusters one name; on one engine, neither may touch the units of the other. */
function refuseStranger({ cluster, project, home }: Corner, startedFrom: string | undefined): void {
  if (home === undefined || startedFrom === undefined || startedFrom.startsWith(`${home}/`)) return;
  throw new DatamancyError('E_NAME_TAKEN', `a cluster named ${cluster} was started on this engine from another folder, ${startedFrom}`, {
    fix: `give this one another name in cluster.yaml; if the folder was moved, take the old units away with: docker compose -p ${project} down`,
  });
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
