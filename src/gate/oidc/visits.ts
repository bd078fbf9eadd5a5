import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Session } from '../sessions.ts';

/** Who is behind a request: his gate session, and where he is. */
interface Visit {
  readonly session: Session | undefined;
  readonly address: string;
}

/** What gate found out about a request before the provider saw it. */
export interface Visits {
  note(request: IncomingMessage, visit: Visit): void;
  of(context: Pick<KoaContextWithOIDC, 'req'>): Visit;
}

export function createVisits(): Visits {
  const visits = new WeakMap<IncomingMessage, Visit>();
  return {
    note: (request, visit) => void visits.set(request, visit),
    of: ({ req }) => visits.get(req) ?? { session: undefined, address: '' },
  };
}

/**
 * Makes the gate's session the provider's: it is derived from it at each request and never stored, and no cookie is set for it, so it can
 * neither outlive nor contradict it. Stands on `Session.get` of oidc-provider 9 and on its not saving a session that is new and untouched.
 */
export function deriveSessions(provider: Provider, visits: Visits): void {
  provider.Session.get = async (context) => {
    const session = new provider.Session();
    const { session: own } = visits.of(context);
    if (own) {
      Object.assign(session, {
        uid: own.uid,
        accountId: own.person.id,
        loginTs: Math.floor(own.provedAt / 1000),
        amr: [...own.methods],
      });
    }
    // What an interaction says about the person is no sign-in: only the gate signs people in.
    session.loginAccount = () => undefined;
    Object.defineProperty(session, 'touched', { value: false });
    if ('oidc' in context) (context as KoaContextWithOIDC).oidc.entity('Session', session);
    return session;
  };
}
