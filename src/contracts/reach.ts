import type { Need } from '../service/index.ts';

export interface ReachGrant {
  /** Host and port of every provider of the contracts asked for, in the stack's order. */
  readonly targets: readonly { readonly contract: string; readonly service: string; readonly host: string; readonly port: number }[];
}

/** Network access to whatever provides these contracts, and no credential: for tools in which a person signs in by hand. */
export function reach(...contracts: readonly [string, ...string[]]): Need<'reach', { readonly contracts: readonly string[] }, ReachGrant> {
  return { kind: 'reach', request: { contracts } };
}
