import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { continueTo } from './continue.ts';
import { keepDevice } from './device.ts';
import type { Person } from './directory.ts';
import type { Gate, GateEnv } from './gate.ts';
import { addressOf } from './identify.ts';
import { safeText } from '../kit/log.ts';
import { setSessionCookie } from './portal.ts';
import type { Method, Session } from './sessions.ts';

/** How a person came in, and what he asked for with it. */
export interface Entry {
  readonly methods: readonly Method[];
  readonly wantsRemembered: boolean;
  /** Unchecked text. */
  readonly wanted: string | undefined;
}

/** Begins a new session under a new id and sends its person on; the session the browser came with, whoever set it, is ended. */
export async function enter(gate: Gate, context: Context<GateEnv>, person: Person, entry: Entry): Promise<Response> {
  const cookie = context.get('portal');
  const former = getCookie(context, cookie.name);
  if (former !== undefined) await gate.sessions.end(former);
  const isRemembered = entry.wantsRemembered && cookie.rememberMs > 0;
  const lifeMs = isRemembered ? cookie.rememberMs : cookie.expirationMs;
  const id = await gate.sessions.start(person, {
    domain: cookie.domain,
    methods: entry.methods,
    address: addressOf(context),
    agent: safeText(context.req.header('user-agent') ?? '', 256),
    lifeMs,
    idleMs: isRemembered ? lifeMs : cookie.inactivityMs,
  });
  setSessionCookie(context, cookie, id, isRemembered ? lifeMs : undefined);
  keepDevice(context, person, gate.config.sessionSecret);
  return continueTo(gate, context, { person, methods: entry.methods }, entry.wanted);
}

/**
 * Adds a proof to the session of this request: it goes on under a new id, which the browser is given, so that an id that leaked before
 * the proof never has its worth.
 */
export async function addProof(gate: Gate, context: Context<GateEnv>, session: Session, methods: readonly Method[]): Promise<Session> {
  const cookie = context.get('portal');
  const id = await gate.sessions.prove(getCookie(context, cookie.name) ?? '', session, methods);
  const isRemembered = session.idleMs >= session.endsAt - session.startedAt;
  setSessionCookie(context, cookie, id, isRemembered ? Math.max(0, session.endsAt - Date.now()) : undefined);
  return { ...session, methods: [...new Set([...session.methods, ...methods])], provedAt: Date.now() };
}
