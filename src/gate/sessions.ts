import { createHmac, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Person } from './directory.ts';
import type { Store } from './store.ts';

const methodSchema = z.enum(['pwd', 'otp', 'hwk', 'user']);

export type Method = z.infer<typeof methodSchema>;

const sessionSchema = z.object({
  person: z
    .object({ id: z.string(), username: z.string(), displayName: z.string(), email: z.string(), groups: z.array(z.string()).readonly() })
    .readonly(),
  /** Stays the same through every proof, as ids do not. */
  uid: z.string(),
  /** The cookie's domain: a cookie carried to another domain is worth nothing there. */
  domain: z.string(),
  /** How the person proved himself, in the words of RFC 8176: a password, a one-time code, a key with or without its owner's finger or PIN. */
  methods: z.array(methodSchema).readonly(),
  /** Where the session began, for its owner to recognise it. */
  address: z.string(),
  agent: z.string(),
  startedAt: z.number(),
  /** When the person last proved himself by any method. */
  provedAt: z.number(),
  endsAt: z.number(),
  /** How long it lives without a request; the absolute end where the person asked to be remembered. */
  idleMs: z.number(),
  /** When the person's groups were last read from the directory. */
  checkedAt: z.number(),
});

/** A signed-in person in one browser. Times in milliseconds since 1970. */
export type Session = Readonly<z.infer<typeof sessionSchema>>;

/** Two different factors were proved: a password and something the person has, or a key that asked for its owner. */
export function hasSecondFactor({ methods }: Pick<Session, 'methods'>): boolean {
  const has = (method: Method): boolean => methods.includes(method);
  return (has('pwd') && (has('otp') || has('hwk'))) || (has('hwk') && has('user'));
}

/** How a session begins and how long it lives. */
interface SessionStart {
  readonly domain: string;
  readonly methods: readonly Method[];
  readonly address: string;
  readonly agent: string;
  readonly lifeMs: number;
  readonly idleMs: number;
}

/**
 * Sessions under random 256-bit ids. The store sees only a keyed digest of an id, so that who reads the store cannot
 * take over a session. Each use slides the idle end; the absolute end is fixed at sign-in.
 */
export interface Sessions {
  /** Starts a session and gives its id, which goes into the cookie and nowhere else. */
  start(person: Person, start: SessionStart): Promise<string>;
  find(id: string, domain: string): Promise<Session | undefined>;
  /** Writes a person read anew; a session that was ended meanwhile stays ended. */
  refresh(id: string, session: Session, person: Person): Promise<void>;
  end(id: string): Promise<void>;
  /** Adds a proof to a session and gives its new id; the old id is worth nothing from then on. */
  prove(id: string, session: Session, methods: readonly Method[]): Promise<string>;
  /** Every open session of a person; `handle` names one without opening it. */
  list(personId: string): Promise<readonly { readonly handle: string; readonly session: Session }[]>;
  /** The handle of this session. */
  handleOf(id: string): string;
  /** Ends one session of this person, or all of them but `exceptId`. */
  revoke(personId: string, handle: string): Promise<void>;
  revokeAll(personId: string, exceptId?: string): Promise<void>;
}

export function createSessions(store: Store, secret: string, now: () => number = Date.now): Sessions {
  function keyOf(id: string): string {
    return `session:${createHmac('sha256', secret).update(`session:${id}`).digest('base64url')}`;
  }

  function ttlOf(session: Session): number {
    return Math.min(session.idleMs, session.endsAt - now());
  }

  function indexOf(personId: string): string {
    return `sessions-of:${createHmac('sha256', secret).update(`person:${personId}`).digest('base64url')}`;
  }

  async function keep(session: Session): Promise<string> {
    const id = randomBytes(32).toString('base64url');
    const key = keyOf(id);
    await store.set(key, JSON.stringify(session), ttlOf(session));
    await store.addMember(indexOf(session.person.id), key.slice('session:'.length), session.endsAt - now());
    return id;
  }

  async function read(key: string): Promise<{ readonly session: Session; readonly remainsMs: number } | undefined> {
    const kept = await store.get(key);
    const session = kept && readSession(kept.value);
    return kept && session && session.endsAt > now() ? { session, remainsMs: kept.remainsMs } : undefined;
  }

  return {
    async start(person, start) {
      const startedAt = now();
      const { domain, methods, address, agent, lifeMs, idleMs } = start;
      const times = { startedAt, provedAt: startedAt, checkedAt: startedAt, endsAt: startedAt + lifeMs, idleMs };
      return await keep({ person, uid: randomBytes(16).toString('base64url'), domain, methods, address, agent, ...times });
    },
    async find(id, domain) {
      if (!isSessionId(id)) return undefined;
      const key = keyOf(id);
      const found = await read(key);
      if (found?.session.domain !== domain) return undefined;
      const ttlMs = ttlOf(found.session);
      if (found.remainsMs < ttlMs * 0.95) await store.extend(key, ttlMs);
      return found.session;
    },
    async refresh(id, session, person) {
      const renewed: Session = { ...session, person, checkedAt: now() };
      await store.replace(keyOf(id), JSON.stringify(renewed), Math.max(1, ttlOf(renewed)));
    },
    async end(id) {
      if (isSessionId(id)) await store.remove(keyOf(id));
    },
    async prove(id, session, methods) {
      const proved = { ...session, methods: [...new Set([...session.methods, ...methods])], provedAt: now() };
      const fresh = await keep(proved);
      await store.remove(keyOf(id));
      return fresh;
    },
    async list(personId) {
      const index = indexOf(personId);
      const found = await Promise.all(
        (await store.members(index)).map(async (handle) => {
          const session = await read(`session:${handle}`);
          if (!session) await store.removeMember(index, handle);
          return session?.session.person.id === personId ? [{ handle, session: session.session }] : [];
        }),
      );
      return found.flat().toSorted((a, b) => b.session.provedAt - a.session.provedAt);
    },
    handleOf: (id) => keyOf(id).slice('session:'.length),
    async revoke(personId, handle) {
      if ((await store.members(indexOf(personId))).includes(handle)) await store.remove(`session:${handle}`);
    },
    async revokeAll(personId, exceptId) {
      const kept = exceptId === undefined ? undefined : keyOf(exceptId);
      for (const handle of await store.members(indexOf(personId))) {
        if (`session:${handle}` !== kept) await store.remove(`session:${handle}`);
      }
    },
  };
}

function isSessionId(id: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(id);
}

function readSession(text: string): Session | undefined {
  try {
    return sessionSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
