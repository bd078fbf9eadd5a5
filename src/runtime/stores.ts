import type { NetworkInspectInfo } from 'dockerode';
import { sleep } from '../kit/clock.ts';
import { DatamancyError } from '../kit/errors.ts';
import { label } from './container-unit.ts';
import type { Corner } from './containers.ts';
import { listContainers, removeContainer, unlessGone } from './containers.ts';
import { ask } from './engine-client.ts';

/**
 * Removes the networks of the cluster, and its volumes where asked; what bears the label and another's name is left alone.
 * A network that something is still attached to is left for last and said.
 */
export async function removeStores(corner: Corner, options: { readonly volumes: boolean }, signal: AbortSignal): Promise<void> {
  const networks = await ownNetworks(corner, signal);
  const kept = await Promise.all(networks.map(async ({ Id, Name }) => ((await removeNetwork(corner, Id, signal)) ? [] : [Name])));
  if (options.volumes) {
    const filters = ownLabel(corner);
    const { Volumes } = await ask('listing volumes', async (abortSignal) => corner.client.listVolumes({ filters, abortSignal }), signal);
    const remove = async (name: string): Promise<unknown> =>
      unlessGone(ask('removing a volume', async () => corner.client.getVolume(name).remove(), signal));
    await Promise.all(Volumes.filter(hasOwnName(corner)).map(async ({ Name }) => remove(Name)));
  }
  const left = kept.flat().join(', ');
  if (left === '') return;
  throw new DatamancyError('E_ENGINE_FAILED', `all is down but the network ${left}: the engine says that something is attached to it`, {
    fix: `disconnect what "docker network inspect ${left}" shows; where it shows nothing, restart the engine; then run the command again`,
  });
}

/** What earlier releases named. A network that something is attached to, running or not, stays, and is tried again the next time. */
export async function removeNetworksBut(corner: Corner, kept: readonly string[], signal: AbortSignal): Promise<void> {
  const names = new Set(kept.map((name) => `${corner.project}_${name}`));
  const others = (await ownNetworks(corner, signal)).filter(({ Name }) => !names.has(Name));
  await Promise.all(
    others.map(async ({ Id, Name }) => {
      // What was made and never started has no network by its id.
      const filters = { network: [Name] };
      const attached = await ask(
        'looking who is on a network',
        async (abortSignal) => corner.client.listContainers({ all: true, filters, abortSignal }),
        signal,
      );
      if (attached.length === 0) await removeNetwork(corner, Id, signal, 1);
    }),
  );
}

/**
 * An engine lets two clients at once make two networks of one name, and then refuses to use either. Keeps the one with more
 * on it; containers of `services` on the others are removed, to be made anew.
 */
export async function removeDuplicateNetworks(corner: Corner, services: readonly string[], signal: AbortSignal): Promise<void> {
  const networks = await ownNetworks(corner, signal);
  const names = networks.map(({ Name }) => Name);
  const repeated = networks.filter(({ Name }) => names.indexOf(Name) !== names.lastIndexOf(Name));
  if (repeated.length === 0) return;
  const inspect = async ({ Id }: NetworkInspectInfo): Promise<NetworkInspectInfo> =>
    ask('looking at a network', async () => corner.client.getNetwork(Id).inspect(), signal);
  const attached = ({ Containers }: NetworkInspectInfo): readonly string[] => Object.keys(Containers ?? {});
  const byUse = (await Promise.all(repeated.map(inspect))).toSorted((one, other) => attached(other).length - attached(one).length);
  const ours = (await listContainers(corner, undefined, signal)).filter(({ Labels }) => services.includes(Labels[label.service] ?? ''));
  for (const network of byUse.filter(({ Name }, index) => byUse.findIndex((first) => first.Name === Name) !== index)) {
    const onIt = ours.filter(({ Id }) => attached(network).includes(Id));
    await Promise.all(onIt.map(async ({ Id }) => removeContainer(corner, Id, { volumes: false }, signal)));
    await removeNetwork(corner, network.Id, signal);
  }
}

async function ownNetworks(corner: Corner, signal: AbortSignal): Promise<readonly NetworkInspectInfo[]> {
  const filters = ownLabel(corner);
  const networks = await ask('listing networks', async (abortSignal) => corner.client.listNetworks({ filters, abortSignal }), signal);
  return networks.filter(hasOwnName(corner));
}

function ownLabel({ cluster }: Corner): { readonly label: string[] } {
  return { label: [`${label.cluster}=${cluster}`] };
}

function hasOwnName({ project }: Corner): (store: { readonly Name: string }) => boolean {
  return ({ Name }) => Name.startsWith(`${project}_`);
}

/** False where something is attached to it still after all attempts; an engine lets go of a container a little after it is gone. */
async function removeNetwork({ client }: Corner, id: string, signal: AbortSignal, attempts = 6): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      await unlessGone(ask('removing a network', async () => client.getNetwork(id).remove(), signal));
      return true;
    } catch (cause) {
      if (!/active endpoints/.test(String(cause))) throw cause;
    }
    if (attempt < attempts) await sleep(200 * attempt, signal);
  }
  return false;
}
