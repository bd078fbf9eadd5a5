import type { Gate } from '../gate.ts';
import type { Consent } from '../records.ts';
import { type Grant, isOffline } from './grants.ts';
import type { Oidc } from './provider.ts';
import type { OidcClient } from './settings.ts';

/** An application as the person sees it whom it may know. Times in milliseconds since 1970. */
export interface Application {
  /** The client's. */
  readonly id: string;
  readonly title: string;
  readonly scopes: readonly string[];
  /** When the oldest of what it has was given; undefined where nobody noted it. */
  readonly since: number | undefined;
  /** Until when it is let in without a question because the person said so. */
  readonly remembered: number | undefined;
  /** Until when it works with its person signed in nowhere, unless it goes on. */
  readonly away: number | undefined;
  /** The owner of the cluster let it in for everybody, so the person is never asked. */
  readonly isTrusted: boolean;
}

/**
 * The applications that somebody consented to, while that is remembered or a sign-in of theirs stands, and those of the cluster's own that
 * work while he is away. All others of the cluster are his apps anyway, are asked no question, and end with the session.
 */
export async function applicationsOf(gate: Gate, oidc: Oidc, personId: string): Promise<readonly Application[]> {
  const [consents, grants, sessions] = await Promise.all([
    gate.records.consentsOf(personId),
    oidc.grants.of(personId),
    gate.sessions.list(personId),
  ]);
  const open = new Set(sessions.map(({ session }) => session.uid));
  const standing = grants.filter((grant) => isOffline(grant) || open.has(grant.sessionUid));
  const ids = new Set([...consents, ...standing].map(({ clientId }) => clientId));
  return [...ids]
    .flatMap((id) => {
      const ofClient = ({ clientId }: Consent | Grant): boolean => clientId === id;
      return applicationOf(id, oidc.settings.clients.get(id), consents.find(ofClient), standing.filter(ofClient));
    })
    .toSorted((a, b) => a.title.localeCompare(b.title, 'en'));
}

/** Forgets what somebody allowed, and ends what stands on it; false where nothing was there. In this order no sign-in comes in between. */
export async function withdraw(gate: Gate, oidc: Oidc, personId: string, clientId: string): Promise<boolean> {
  const wasRemembered = await gate.records.removeConsent(personId, clientId);
  // For a name that is no client's nothing is kept: anybody who is signed in could send any number of them.
  if (oidc.settings.clients.has(clientId)) await oidc.grants.refuseUntilNow(personId, clientId);
  const wasGranted = await oidc.grants.revoke(personId, clientId);
  return wasRemembered || wasGranted;
}

/** A client that is no longer registered gets nothing; its consent would open again with a next client of that id. */
function applicationOf(
  id: string,
  client: OidcClient | undefined,
  consent: Consent | undefined,
  standing: readonly Grant[],
): readonly Application[] {
  const isTrusted = client?.consent === 'implicit';
  const remembered = client === undefined || typeof client.consent === 'object' ? consent : undefined;
  const grants = client === undefined ? [] : isTrusted ? standing.filter(isOffline) : standing;
  if (!remembered && grants.length === 0) return [];
  const given = [...(remembered ? [remembered] : []), ...grants];
  const begins = given.flatMap(({ since }) => since ?? []);
  const ends = grants.filter(isOffline).map(({ endsAt }) => endsAt);
  return [
    {
      id,
      title: client?.title ?? id,
      scopes: [...new Set(given.flatMap(({ scopes }) => scopes))],
      since: begins.length === given.length ? Math.min(...begins) : undefined,
      remembered: remembered?.until,
      away: ends.length === 0 ? undefined : Math.max(...ends),
      isTrusted,
    },
  ];
}
