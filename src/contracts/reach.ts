import type { Need, Secret } from '../service/index.ts';

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
  /** Root certificate that signs those of targets inside the cluster, to be mounted. */
  readonly authority: Secret;
}

/**
 * Network access to whatever provides these contracts, and no credential: for tools in which a person signs in by hand. One provider
 * of any of them is enough; none at all is a problem unless the need is `optional`.
 */
export function reach(...contracts: readonly [string, ...string[]]): Need<'reach', { readonly contracts: readonly string[] }, ReachGrant> {
  return { kind: 'reach', request: { contracts } };
}

/** The contracts of which a need reaches the providers; none where it is another kind of need. */
export function reachedBy({ kind, request }: Need): readonly string[] {
  return kind === 'reach' ? (request as { readonly contracts: readonly string[] }).contracts : [];
}
