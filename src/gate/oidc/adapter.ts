import { createHmac } from 'node:crypto';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { createSeal } from '../../kit/seal.ts';
import { type Store, StoreUnavailable } from '../store.ts';
import { ProviderAway } from './away.ts';

/** Kinds that are made out of one grant and are worth nothing without it. */
const ofGrants = new Set(['AuthorizationCode', 'AccessToken', 'RefreshToken']);

/** Whether the sign-in, known by its uid, that a token came from still stands. */
export type IsSignedIn = (personId: string, sessionUid: string) => Promise<boolean>;

/**
 * What the provider keeps, in the store. Ids are secrets, so keys are keyed digests of them and values are sealed: who reads the store
 * can use nothing, and a look-up takes as long for a near miss as for any other. A code or token is found only while its grant is there
 * and, unless the grant is for offline access, while the sign-in stands that it came from. So to take a grant away is to take all that
 * was made out of it, also what a request under way is about to write.
 */
export function createAdapters(store: Store, secret: string, isSignedIn: IsSignedIn): (kind: string) => Adapter {
  const seal = createSeal(secret, 'oidc-store');

  function keyOf(kind: string, id: string): string {
    return `oidc:${kind}:${createHmac('sha256', secret).update(`oidc-key:${kind}:${id}`).digest('base64url')}`;
  }

  async function read(kind: string, id: string): Promise<AdapterPayload | undefined> {
    const key = keyOf(kind, id);
    const kept = await store.get(key);
    const text = kept && seal.open(Buffer.from(kept.value, 'base64url'), key);
    // Only this file writes under the seal.
    return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
  }

  function closed(key: string, payload: AdapterPayload): string {
    return Buffer.from(seal.close(JSON.stringify(payload), key)).toString('base64url');
  }

  async function stands({ grantId = '', accountId = '', sessionUid }: AdapterPayload): Promise<boolean> {
    const grant = await read('Grant', grantId);
    if (!grant) return false;
    const isOffline = scopesOf(grant).includes('offline_access');
    return isOffline || sessionUid === undefined || (await isSignedIn(accountId, sessionUid));
  }

  async function keepGrant(grantId: string, ttlMs: number): Promise<void> {
    const key = keyOf('Grant', grantId);
    const kept = await store.get(key);
    if (kept && kept.remainsMs < ttlMs) await store.extend(key, ttlMs);
  }

  return (kind) => ({
    upsert: away(async (id: string, payload: AdapterPayload, seconds = 3600) => {
      const key = keyOf(kind, id);
      // The session behind an interaction is the gate's, which is looked at anew whenever the browser comes back.
      const { session: _session, ...kept } = payload;
      await store.set(key, closed(key, kind === 'Interaction' ? kept : payload), seconds * 1000);
      if (ofGrants.has(kind) && payload.grantId !== undefined) await keepGrant(payload.grantId, seconds * 1000);
    }),
    find: away(async (id: string) => {
      // Clients come from the configuration, sessions from the gate.
      if (kind === 'Client' || kind === 'Session') return undefined;
      const payload = await read(kind, id);
      return payload && ofGrants.has(kind) && !(await stands(payload)) ? undefined : payload;
    }),
    consume: away(async (id: string) => {
      const key = keyOf(kind, id);
      const kept = await store.get(key);
      const payload = await read(kind, id);
      if (!kept || !payload) throw new errors.InvalidGrant('it is gone');
      const uses = await store.add(`${key}:uses`, 1, kept.remainsMs);
      await store.replace(key, closed(key, { ...payload, consumed: Math.floor(Date.now() / 1000) }), kept.remainsMs);
      if (uses === 1) return;
      if (payload.grantId !== undefined) await store.remove(keyOf('Grant', payload.grantId));
      throw new errors.InvalidGrant('it was used at the same time');
    }),
    destroy: away(async (id: string) => await store.remove(keyOf(kind, id))),
    revokeByGrantId: away(async (grantId: string) => await store.remove(keyOf('Grant', grantId))),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  });
}

function scopesOf({ openid }: AdapterPayload): readonly string[] {
  const scope = typeof openid === 'object' && openid !== null && 'scope' in openid ? openid.scope : undefined;
  return typeof scope === 'string' ? scope.split(' ') : [];
}

/** Tells the store's absence in the words of the protocol. */
function away<Arguments extends unknown[], Result>(
  ask: (...given: Arguments) => Promise<Result>,
): (...given: Arguments) => Promise<Result> {
  return async (...given) => {
    try {
      return await ask(...given);
    } catch (cause) {
      if (cause instanceof StoreUnavailable && !(cause instanceof ProviderAway)) throw new ProviderAway('the store does not answer', cause);
      throw cause;
    }
  };
}
