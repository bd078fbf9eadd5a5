import type { NetworkName, ResolvedStack } from '../stack/stack.ts';

/** Names the project, and through it every container, network and volume, on an engine that several clusters share. */
export function projectName({ name }: Pick<ResolvedStack, 'name'>): string {
  return `datamancy-${name}`;
}

/** Networks without a way out. */
export const internalNetworks: ReadonlySet<NetworkName> = new Set(['data', 'engine', 'engine-control']);
