import type { NetworkName, ResolvedStack } from '../stack/stack.ts';

/** Names the project, and through it every container, network and volume, on an engine that several clusters share. */
export function projectName({ name }: Pick<ResolvedStack, 'name'>): string {
  return `datamancy-${name}`;
}

/** Whether a network has no way out. */
export function isInternal(network: NetworkName): boolean {
  return /^(?:data|engine|engine-control)(?:-for-|$)/.test(network);
}
