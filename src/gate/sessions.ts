import { createHmac, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Person } from './directory.ts';
import type { Store } from './store.ts';

const sessionSchema = z.object({
  person: z.object({ username: z.string(), displayName: z.string(), email: z.string(), groups: z.array(z.string()).readonly() }).readonly(),
  /** The cookie's domain: a cookie carried to another domain is worth nothing there. */
  domain: z.string(),
  /** How the person proved himself, in the words of RFC 8176; the second factor will add to it. */
  methods: z.array(z.enum(['pwd'])).readonly(),
  startedAt: z.number(),
  endsAt: z.number(),
  /** How long it lives without a request; the absolute end where the person asked to be remembered. */
  idleMs: z.number(),
  /** When the person's groups were last read from the directory. */
  checkedAt: z.number(),
});

/** A signed-in person in one browser. Times in milliseconds since 1970. */
export type Session = Readonly<z.infer<typeof sessionSchema>>;

/** How long a new session lives. */
interface SessionSpan {
  readonly domain: string;
  readonly lifeMs: number;
  readonly idleMs: number;
}

/**
 * Sessions under random 256-bit ids. The store sees only a keyed digest of an id, so that who reads the store cannot
 * take over a session. Each use slides the idle end; the absolute end is fixed at sign-in.
 */
export interface Sessions {
  /** Starts a session and gives its id, which goes into the cookie and nowhere else. */
  start(person: Person, span: SessionSpan): Promise<string>;
  find(id: string, domain: string): Promise<Session | undefined>;
  /** Writes a person read anew; a session that was ended meanwhile stays ended. */
  refresh(id: string, session: Session, person: Person): Promise<void>;
  end(id: string): Promise<void>;
}

export function createSessions(store: Store, secret: string, now: () => number = Date.now): Sessions {
  function keyOf(id: string): string {
    return `session:${createHmac('sha256', secret).update(`session:${id}`).digest('base64url')}`;
  }

  function ttlOf(session: Session): number {
    return Math.min(session.idleMs, session.endsAt - now());
  }

  return {
    async start(person, span) {
      const id = randomBytes(32).toString('base64url');
      const startedAt = now();
      const session: Session = {
        person,
        domain: span.domain,
        methods: ['pwd'],
        startedAt,
        endsAt: startedAt + span.lifeMs,
        idleMs: span.idleMs,
        checkedAt: startedAt,
      };
      await store.set(keyOf(id), JSON.stringify(session), ttlOf(session));
      return id;
    },
    async find(id, domain) {
      if (!isSessionId(id)) return undefined;
      const key = keyOf(id);
      const kept = await store.get(key);
      if (!kept) return undefined;
      const session = readSession(kept.value);
      if (!session || session.domain !== domain || session.endsAt <= now()) return undefined;
      const ttlMs = ttlOf(session);
      if (kept.remainsMs < ttlMs * 0.95) await store.extend(key, ttlMs);
      return session;
    },
    async refresh(id, session, person) {
      const renewed: Session = { ...session, person, checkedAt: now() };
      await store.replace(keyOf(id), JSON.stringify(renewed), Math.max(1, ttlOf(renewed)));
    },
    async end(id) {
      if (isSessionId(id)) await store.remove(keyOf(id));
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
