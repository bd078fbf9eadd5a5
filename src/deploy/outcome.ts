export type Phase = 'waiting' | 'starting' | 'granting' | 'failing' | 'ready' | 'failed' | 'restored' | 'blocked' | 'removed';

export interface Progress {
  readonly service: string;
  readonly phase: Phase;
  readonly detail?: string;
}

/** How it ended for one service. A failure says why in the unit's own last words. */
export type Outcome =
  | { readonly service: string; readonly kind: 'unchanged' | 'ready' | 'removed' }
  | { readonly service: string; readonly kind: 'blocked'; readonly by: string }
  | {
      readonly service: string;
      readonly kind: 'failed';
      readonly cause: string;
      readonly words: readonly string[];
      readonly healthOutput: string | undefined;
      /** The release whose definition of it was started again. */
      readonly restoredFrom: number | undefined;
    };
