import { createHmac } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import { createSeal } from '../../kit/seal.ts';
import type { Store } from '../store.ts';

/** A payload of the provider, and how long it still lives. */
interface Opened {
  readonly payload: AdapterPayload;
  readonly remainsMs: number;
}

/**
 * The provider's part of the store. Ids are secrets, so keys are keyed digests of them and values are sealed: who reads the store can use
 * nothing, and a look-up takes as long for a near miss as for any other.
 */
export interface SealedStore {
  readonly store: Store;
  keyOf(kind: string, id: string): string;
  read(key: string): Promise<Opened | undefined>;
  /** The value that {@link SealedStore.read} opens under this key and no other. */
  close(key: string, payload: AdapterPayload): string;
}

export function createSealedStore(store: Store, secret: string): SealedStore {
  const seal = createSeal(secret, 'oidc-store');
  return {
    store,
    keyOf: (kind, id) => `oidc:${kind}:${createHmac('sha256', secret).update(`oidc-key:${kind}:${id}`).digest('base64url')}`,
    async read(key) {
      const kept = await store.get(key);
      const text = kept && seal.open(Buffer.from(kept.value, 'base64url'), key);
      // Only this file writes under the seal.
      return kept && text !== undefined ? { payload: JSON.parse(text) as AdapterPayload, remainsMs: kept.remainsMs } : undefined;
    },
    close: (key, payload) => Buffer.from(seal.close(JSON.stringify(payload), key)).toString('base64url'),
  };
}
