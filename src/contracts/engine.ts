import type { Need } from '../service/index.ts';
import type { Contract } from './contract.ts';

export interface EngineGrant {
  /** As `DOCKER_HOST` has it. */
  readonly url: string;
}

type Kind = 'engine' | 'engine-control';
type NoWish = Readonly<Record<string, never>>;

/** The engine's API for whoever only looks; it tells the environment of every unit, secrets and all. */
export function engine(): Need<'engine', NoWish, EngineGrant> {
  return { kind: 'engine', request: {} };
}

/** The whole of the engine's API: whoever has it is root on the machine. */
export function engineControl(): Need<'engine-control', NoWish, EngineGrant> {
  return { kind: 'engine-control', request: {} };
}

/** No account guards the engine, so each of its doors is on a network that only its own clients share. */
export const engineContract = doorContract('engine');
export const engineControlContract = doorContract('engine-control');

function doorContract(kind: Kind): Contract<NoWish, EngineGrant> {
  return {
    kind,
    network: kind,
    grant: ({ provider: { address } }) => ({ grant: { url: `tcp://${address.host}:${address.port}` }, secrets: [] }),
  };
}
