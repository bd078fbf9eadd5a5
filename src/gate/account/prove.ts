import type { Context } from 'hono';
import * as z from 'zod';
import { continueTo, placeWithReturn } from '../continue.ts';
import { addProof } from '../enter.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import { unavailablePage } from '../pages/message.ts';
import { provePage } from '../pages/prove.ts';
import { sendPage } from '../pages/send.ts';
import { csrfField, isOwnForm } from '../portal.ts';
import { safeRedirect } from '../redirect.ts';
import { brokenForm, foreignForm, tellToWait, waitForStep } from '../refusal.ts';
import { readableFactors, requireSession } from '../second-factor/guard.ts';
import type { Session } from '../sessions.ts';

/** What vouches for attempts of a person who is signed in: strangers' attempts at his name do not count against him. */
export function signedInAs({ person }: Pick<Session, 'person'>): string {
  return `person:${person.id}`;
}

const formSchema = z.object({ csrf: z.string().max(128).optional(), password: z.string().max(1024), rd: z.string().optional() });

/** GET /prove. */
export async function showProve(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const session = await requireSession(gate, context, '/prove');
  return session instanceof Response ? session : await sendProve(gate, context, session, context.req.query('rd'));
}

/** POST /prove. */
export async function prove(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const start = performance.now();
  const session = await requireSession(gate, context, '/prove');
  if (session instanceof Response) return session;
  const { data: form } = formSchema.safeParse(await context.req.parseBody());
  if (!form) return await sendProve(gate, context, session, undefined, brokenForm, 400);
  if (!isOwnForm(gate, context, form.csrf)) return await sendProve(gate, context, session, form.rd, foreignForm, 403);
  const { username } = session.person;
  const who = [username, addressOf(context), signedInAs(session)] as const;
  const permit = await gate.regulation.admit(...who);
  if (permit.kind === 'wait') return await sendProve(gate, context, session, form.rd, tellToWait(context, permit.waitMs), 429);
  const answer = await gate.directory.signIn(username, form.password, AbortSignal.timeout(25_000));
  switch (answer.kind) {
    case 'unavailable':
      await gate.regulation.withdrawn(...who);
      return await sendPage(context, gate.theme, context.get('portal'), unavailablePage(), 503);
    case 'refused':
      gate.log.warn({ event: 'proof', result: 'refused', user: safeText(username), address: addressOf(context) }, 'wrong password');
      await waitForStep(start, gate.refusalStepMs);
      return await sendProve(gate, context, session, form.rd, 'The password is not right. Try again.', 401);
    case 'must-change':
    case 'accepted':
      await gate.regulation.succeeded(...who);
      gate.log.info({ event: 'proof', result: 'accepted', user: safeText(username), address: addressOf(context) }, 'proved again');
      return continueTo(gate, context, await addProof(gate, context, session, ['pwd']), form.rd);
  }
}

async function sendProve(
  gate: Gate,
  context: Context<GateEnv>,
  session: Session,
  wanted: string | undefined,
  problem?: string,
  status: 200 | 400 | 401 | 403 | 429 = 200,
): Promise<Response> {
  const { person } = session;
  const redirect = safeRedirect(wanted, [context.get('portal').domain]);
  const factors = await readableFactors(gate, person.id);
  const passkeyPlace = factors && factors.passkeys.length > 0 ? placeWithReturn('/second-factor', redirect) : undefined;
  const names = { username: person.username, displayName: safeText(person.displayName) };
  const page = provePage({ csrf: csrfField(gate, context), ...names, redirect, passkeyPlace, problem });
  return await sendPage(context, gate.theme, context.get('portal'), page, status);
}
