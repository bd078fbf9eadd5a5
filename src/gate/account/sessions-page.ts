import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import * as z from 'zod';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import { seeOther, sendPage } from '../pages/send.ts';
import { sessionsPage } from '../pages/sessions.ts';
import { csrfField, isOwnForm } from '../portal.ts';
import { brokenForm, foreignForm } from '../refusal.ts';
import { askForFreshProof, requireSession } from '../second-factor/guard.ts';
import type { Session } from '../sessions.ts';

const place = '/settings/sessions';

/** `end` is the handle of one session, or `others`. */
const formSchema = z.object({ csrf: z.string().max(128).optional(), end: z.string().min(1).max(64) });

/** GET /settings/sessions. */
export async function showSessions(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const session = await requireOwner(gate, context);
  if (session instanceof Response) return session;
  const notice = context.req.query('ended') === undefined ? undefined : 'Ended. Nobody goes on with what was open there.';
  return await sendList(gate, context, session, notice);
}

/** POST /settings/sessions: what ends here is gone from the store, so every app asks anew at the next request. */
export async function endSessions(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const session = await requireOwner(gate, context);
  if (session instanceof Response) return session;
  const { data: form } = formSchema.safeParse(await context.req.parseBody());
  if (!form) return await sendList(gate, context, session, brokenForm, 400);
  if (!isOwnForm(gate, context, form.csrf)) return await sendList(gate, context, session, foreignForm, 403);
  const { id, username } = session.person;
  if (form.end === 'others') await gate.sessions.revokeAll(id, cookieOf(context));
  else await gate.sessions.revoke(id, form.end);
  gate.log.info(
    { event: 'sessions', result: 'ended', user: safeText(username), address: addressOf(context) },
    'sessions ended by their owner',
  );
  return seeOther(context, `${place}?ended`);
}

async function requireOwner(gate: Gate, context: Context<GateEnv>): Promise<Session | Response> {
  const session = await requireSession(gate, context, place);
  return session instanceof Response ? session : ((await askForFreshProof(gate, context, session, place)) ?? session);
}

async function sendList(
  gate: Gate,
  context: Context<GateEnv>,
  { person }: Session,
  notice?: string,
  status: 200 | 400 | 403 = 200,
): Promise<Response> {
  const own = gate.sessions.handleOf(cookieOf(context) ?? '');
  const open = await gate.sessions.list(person.id);
  const lines = open.map((each) => ({ ...each, isThis: each.handle === own })).toSorted((a, b) => Number(b.isThis) - Number(a.isThis));
  return await sendPage(
    context,
    gate.theme,
    context.get('portal'),
    sessionsPage(csrfField(gate, context), lines, Date.now(), notice),
    status,
  );
}

function cookieOf(context: Context<GateEnv>): string | undefined {
  return getCookie(context, context.get('portal').name);
}
