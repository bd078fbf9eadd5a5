import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { away } from './away.ts';
import { type Grants, isOffline, scopesOf } from './grants.ts';
import type { SealedStore } from './sealed-store.ts';

/** Kinds that are made out of one grant and are worth nothing without it. */
const ofGrants = new Set(['AuthorizationCode', 'AccessToken', 'RefreshToken']);

/** Whether the sign-in, known by its uid, that a token came from still stands. */
export type IsSignedIn = (personId: string, sessionUid: string) => Promise<boolean>;

/**
 * What the provider keeps. A code or token is found only while its grant is there and, unless the grant is for offline access, while the
 * sign-in stands that it came from. So to take a grant away is to take all that was made out of it, also what a request under way is about
 * to write.
 */
export function createAdapters(
  sealed: SealedStore,
  grants: Pick<Grants, 'keep' | 'refusedUntil'>,
  isSignedIn: IsSignedIn,
): (kind: string) => Adapter {
  const { store } = sealed;

  /** A grant knows its second only. One of the very second of a withdrawal stands: it may be a new sign-in. */
  async function isRefused({ accountId = '', clientId = '', iat = 0 }: AdapterPayload): Promise<boolean> {
    return iat < Math.floor(((await grants.refusedUntil(accountId, clientId)) ?? 0) / 1000);
  }

  async function stands({ grantId = '', accountId = '', sessionUid }: AdapterPayload): Promise<boolean> {
    const grant = await sealed.read(sealed.keyOf('Grant', grantId));
    if (!grant || (await isRefused(grant.payload))) return false;
    return sessionUid === undefined || isOffline({ scopes: scopesOf(grant.payload) }) || (await isSignedIn(accountId, sessionUid));
  }

  return (kind) => ({
    upsert: away(async (id: string, payload: AdapterPayload, seconds = 3600) => {
      const key = sealed.keyOf(kind, id);
      // The session behind an interaction is the gate's, which is looked at anew whenever the browser comes back.
      const { session: _session, ...kept } = payload;
      await store.set(key, sealed.close(key, kind === 'Interaction' ? kept : payload), seconds * 1000);
      const { accountId: personId = '', grantId, sessionUid = '' } = payload;
      if (ofGrants.has(kind) && grantId !== undefined) await grants.keep({ personId, grantId, sessionUid }, seconds * 1000);
    }),
    find: away(async (id: string) => {
      // Clients come from the configuration, sessions from the gate.
      if (kind === 'Client' || kind === 'Session') return undefined;
      const found = await sealed.read(sealed.keyOf(kind, id));
      if (!found) return undefined;
      const { payload, remainsMs } = found;
      // The library looks at the time that was written when the grant was made, and its tokens have carried it on since.
      if (kind === 'Grant') return (await isRefused(payload)) ? undefined : { ...payload, exp: Math.ceil((Date.now() + remainsMs) / 1000) };
      return ofGrants.has(kind) && !(await stands(payload)) ? undefined : payload;
    }),
    consume: away(async (id: string) => {
      const key = sealed.keyOf(kind, id);
      const found = await sealed.read(key);
      if (!found) throw new errors.InvalidGrant('it is gone');
      const { payload, remainsMs } = found;
      const uses = await store.add(`${key}:uses`, 1, remainsMs);
      await store.replace(key, sealed.close(key, { ...payload, consumed: Math.floor(Date.now() / 1000) }), remainsMs);
      if (uses === 1) return;
      if (payload.grantId !== undefined) await store.remove(sealed.keyOf('Grant', payload.grantId));
      throw new errors.InvalidGrant('it was used at the same time');
    }),
    destroy: away(async (id: string) => await store.remove(sealed.keyOf(kind, id))),
    revokeByGrantId: away(async (grantId: string) => await store.remove(sealed.keyOf('Grant', grantId))),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  });
}
