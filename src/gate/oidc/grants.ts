import type { AdapterPayload } from 'oidc-provider';
import { away } from './away.ts';
import type { SealedStore } from './sealed-store.ts';

/** One sign-in of a person at a client: every code and token of it stands on it. Times in milliseconds since 1970. */
export interface Grant {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Of the gate's session that it came from. */
  readonly sessionUid: string;
  readonly since: number;
  /** When the last of its tokens is over. */
  readonly endsAt: number;
}

/** A grant by its names alone. */
interface GrantName {
  readonly personId: string;
  readonly grantId: string;
  readonly sessionUid: string;
}

/** The grants of each person, who is known by {@link Person.id} and so never mistaken for a later one of the same name. */
export interface Grants {
  /** Notes a grant that is kept already, so that its person finds it. */
  note(name: GrantName, lifeMs: number): Promise<void>;
  /** Keeps a grant for at least this long; one that is gone stays gone. */
  keep(name: GrantName, lifeMs: number): Promise<void>;
  of(personId: string): Promise<readonly Grant[]>;
  /** Takes away what a person granted a client, and with it all codes and tokens; false where there was nothing. */
  revoke(personId: string, clientId: string): Promise<boolean>;
  /** Has whatever this person granted this client before now refused, also what {@link Grants.of} does not find. */
  refuseUntilNow(personId: string, clientId: string): Promise<void>;
  /** The time of the last {@link Grants.refuseUntilNow}; undefined where nothing can be left that was granted before. */
  refusedUntil(personId: string, clientId: string): Promise<number | undefined>;
}

interface Found {
  readonly key: string;
  readonly grant: Grant;
}

/** A refusal is kept for this long, which no grant and no answer of a person outlives. */
export function createGrants(sealed: SealedStore, refusalMs: number, now: () => number = Date.now): Grants {
  const { store } = sealed;
  const prefix = 'oidc:Grant:';

  const refusalOf = (personId: string, clientId: string): string => sealed.keyOf('refused-until', JSON.stringify([personId, clientId]));

  /** A digest and a uid are both base64url, which has no dot. */
  async function list(personId: string): Promise<readonly Found[]> {
    const index = sealed.keyOf('grants-of', personId);
    const found = await Promise.all(
      (await store.members(index)).map(async (member): Promise<readonly Found[]> => {
        const [digest = '', sessionUid = ''] = member.split('.');
        const key = `${prefix}${digest}`;
        const opened = await sealed.read(key);
        if (!opened) await store.removeMember(index, member);
        const { accountId, clientId, iat = 0 } = opened?.payload ?? {};
        if (!opened || accountId !== personId || clientId === undefined) return [];
        const times = { since: iat * 1000, endsAt: now() + opened.remainsMs };
        return [{ key, grant: { clientId, scopes: scopesOf(opened.payload), sessionUid, ...times } }];
      }),
    );
    return found.flat();
  }

  async function note({ personId, grantId, sessionUid }: GrantName, lifeMs: number): Promise<void> {
    const digest = sealed.keyOf('Grant', grantId).slice(prefix.length);
    await store.addMember(sealed.keyOf('grants-of', personId), `${digest}.${sessionUid}`, lifeMs);
  }

  return {
    note: away(async (name: GrantName, lifeMs: number) => {
      await note(name, lifeMs);
      // An app may ask many times a day, and what is over would be noted for as long as it does.
      await list(name.personId);
    }),
    async keep(name, lifeMs) {
      const key = sealed.keyOf('Grant', name.grantId);
      const kept = await store.get(key);
      if (!kept || kept.remainsMs >= lifeMs) return;
      await store.extend(key, lifeMs);
      await note(name, lifeMs);
    },
    of: async (personId) => (await list(personId)).map(({ grant }) => grant),
    async revoke(personId, clientId) {
      const granted = (await list(personId)).filter(({ grant }) => grant.clientId === clientId);
      for (const { key } of granted) await store.remove(key);
      return granted.length > 0;
    },
    async refuseUntilNow(personId, clientId) {
      await store.set(refusalOf(personId, clientId), String(now()), refusalMs);
    },
    refusedUntil: away(async (personId: string, clientId: string) => {
      const kept = await store.get(refusalOf(personId, clientId));
      return kept && Number(kept.value);
    }),
  };
}

/** Whether it works while its person is signed in nowhere. */
export function isOffline({ scopes }: Pick<Grant, 'scopes'>): boolean {
  return scopes.includes('offline_access');
}

export function scopesOf({ openid }: AdapterPayload): readonly string[] {
  const scope = typeof openid === 'object' && openid !== null && 'scope' in openid ? openid.scope : undefined;
  return typeof scope === 'string' ? scope.split(' ') : [];
}
