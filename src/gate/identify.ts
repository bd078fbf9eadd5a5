import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { CookieSettings } from './config.ts';
import type { Gate, GateEnv } from './gate.ts';
import { clientAddress } from './networks.ts';
import type { Session } from './sessions.ts';

const lookUpWithinMs = 3000;

/** The session that the request's cookie stands for. The person's groups are read anew once they are old. */
export async function identify(gate: Gate, context: Context<GateEnv>, cookie: CookieSettings): Promise<Session | undefined> {
  const id = getCookie(context, cookie.name);
  if (id === undefined) return undefined;
  const session = await gate.sessions.find(id, cookie.domain);
  if (!session || Date.now() - session.checkedAt < gate.config.refreshIntervalMs) return session;
  const answer = await gate.directory.lookUp(session.person.username, AbortSignal.timeout(lookUpWithinMs));
  switch (answer.kind) {
    case 'unavailable':
      gate.log.warn({ event: 'directory.lost', cause: answer.reason }, 'groups could not be read anew; the session goes on');
      return session;
    case 'found':
      // A name may have been given again since, to somebody else.
      if (answer.person.id !== session.person.id) break;
      await gate.sessions.refresh(id, session, answer.person);
      return { ...session, person: answer.person };
    case 'missing':
      break;
  }
  await gate.sessions.end(id);
  return undefined;
}

/** Where the request came from, as the edge says. */
export function addressOf(context: Context<GateEnv>): string {
  return clientAddress(context.env?.incoming?.socket?.remoteAddress, context.req.header('x-forwarded-for'));
}
