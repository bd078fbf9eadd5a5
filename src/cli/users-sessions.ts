import { askSignOn } from '../people/ask-sign-on.ts';
import type { Person } from '../people/person.ts';
import type { PeopleCluster } from './people-cluster.ts';

/** What became of the sessions that a person had open. */
type Ended = { readonly sessions: number } | { readonly why: string };

/** Ends everything that the person has open at the sign-on server, or says why it could not. */
export async function endSessions({ stack, runtime }: PeopleCluster, { id }: Person, signal: AbortSignal): Promise<Ended> {
  const { sessions, why } = await askSignOn(stack, runtime, { kind: 'end-sessions', id }, signal);
  return sessions === undefined ? { why: why ?? 'the sign-on server gave no answer' } : { sessions };
}

export function endedJson(ended: Ended): Readonly<Record<string, unknown>> {
  return { sessionsEnded: 'sessions' in ended ? ended.sessions : null };
}

/** The end of a sentence; `otherwise` where nobody can say. */
export function endedWords(ended: Ended, otherwise: string): string {
  if ('why' in ended) return otherwise;
  if (ended.sessions === 0) return 'no session was open';
  return ended.sessions === 1 ? 'one open session is ended' : `${ended.sessions} open sessions are ended`;
}
