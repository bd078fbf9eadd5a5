import type { Need } from '../service/index.ts';

export interface ReachGrant {
  /** Every provider of the contracts asked for, in the stack's order. */
  readonly targets: readonly {
    readonly contract: string;
    readonly service: string;
    readonly host: string;
    readonly port: number;
    /** Public address for browsers and people; empty where it has no route. */
    readonly url: string;
  }[];
}

/** Network access to whatever provides these contracts, and no credential: for tools in which a person signs in by hand. */
export function reach(...contracts: readonly [string, ...string[]]): Need<'reach', { readonly contracts: readonly string[] }, ReachGrant> {
  return { kind: 'reach', request: { contracts } };
}
