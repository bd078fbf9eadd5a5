import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import * as z from 'zod';
import { placeWithReturn, portalPlace } from '../continue.ts';
import { addProof } from '../enter.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import { changePasswordPage, type PasswordFormView } from '../pages/account.ts';
import { plainPage, unavailablePage } from '../pages/message.ts';
import { seeOther, sendPage } from '../pages/send.ts';
import { csrfField, isOwnForm } from '../portal.ts';
import { brokenForm, foreignForm, tellToWait, waitForStep } from '../refusal.ts';
import { hasAny, requireSession, usableFactors } from '../second-factor/guard.ts';
import { hasSecondFactor, type Session } from '../sessions.ts';
import { passwordProblem, policyWords } from './password-policy.ts';
import { signedInAs } from './prove.ts';
import { tellPasswordChanged } from './mails.ts';

const formSchema = z.object({
  csrf: z.string().max(128).optional(),
  former: z.string().max(1024),
  password: z.string().max(1024),
  again: z.string().max(1024),
});

const place = '/settings/password';

type Form = z.infer<typeof formSchema>;

/** GET /settings/password. */
export async function showChangePassword(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  if (!gate.config.account.canChange) return await refuseChange(gate, context);
  const session = await requireOwner(gate, context);
  return session instanceof Response ? session : await sendForm(gate, context, session);
}

/** POST /settings/password: only who knows the old password, so that an open browser alone locks nobody out. */
export async function changePassword(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  if (!gate.config.account.canChange) return await refuseChange(gate, context);
  const start = performance.now();
  const session = await requireOwner(gate, context);
  if (session instanceof Response) return session;
  const { data: form } = formSchema.safeParse(await context.req.parseBody());
  if (!form) return await sendForm(gate, context, session, { problem: brokenForm }, 400);
  if (!isOwnForm(gate, context, form.csrf)) return await sendForm(gate, context, session, { problem: foreignForm }, 403);
  const problem = problemOf(gate, session, form);
  if (problem !== undefined) return await sendForm(gate, context, session, { problem, problemField: 'password' }, 422);
  return await write(gate, context, session, form, start);
}

/** Who stole a password must not be able to keep its owner out: where there is a second factor, it is needed here as well. */
async function requireOwner(gate: Gate, context: Context<GateEnv>): Promise<Session | Response> {
  const session = await requireSession(gate, context, place);
  if (session instanceof Response || hasSecondFactor(session) || !hasAny(await usableFactors(gate, session.person.id))) return session;
  return seeOther(context, placeWithReturn('/second-factor', portalPlace(context, place)));
}

async function write(gate: Gate, context: Context<GateEnv>, session: Session, form: Form, start: number): Promise<Response> {
  const { username } = session.person;
  const address = addressOf(context);
  const who = [username, address, signedInAs(session)] as const;
  const permit = await gate.regulation.admit(...who);
  if (permit.kind === 'wait') return await sendForm(gate, context, session, { problem: tellToWait(context, permit.waitMs) }, 429);
  const answer = await gate.directory.changePassword(username, form.former, form.password, AbortSignal.timeout(25_000));
  const note = { event: 'password', result: answer.kind, user: safeText(username), address };
  switch (answer.kind) {
    case 'unavailable':
      await gate.regulation.withdrawn(...who);
      gate.log.error({ ...note, cause: safeText(answer.reason, 300) }, 'the directory does not answer');
      return await sendPage(context, gate.theme, context.get('portal'), unavailablePage(), 503);
    case 'missing':
      gate.log.warn(note, 'wrong old password');
      await waitForStep(start, gate.refusalStepMs);
      return await sendForm(gate, context, session, { problem: 'Your password now is not right. Try again.', problemField: 'former' }, 401);
    case 'refused':
      await gate.regulation.succeeded(...who);
      gate.log.info(note, 'the directory refused a new password');
      return await sendForm(gate, context, session, { problem: answer.why, problemField: 'password' }, 422);
    case 'changed':
      await gate.regulation.succeeded(...who);
      gate.log.info(note, 'password changed');
      return await finish(gate, context, session);
  }
}

/** From here on the old password and whatever was opened with it are worth nothing. */
async function finish(gate: Gate, context: Context<GateEnv>, session: Session): Promise<Response> {
  gate.basic.forget();
  await gate.sessions.revokeAll(session.person.id, getCookie(context, context.get('portal').name));
  await addProof(gate, context, session, ['pwd']);
  tellPasswordChanged(gate, session.person, addressOf(context));
  return seeOther(context, `${place}?changed`);
}

function problemOf(gate: Gate, { person }: Session, form: Form): string | undefined {
  if (form.password !== form.again) return 'The two new passwords are not the same. Type them again.';
  if (form.password === form.former) return 'The new password is the old one. Choose another one.';
  return passwordProblem(gate.config.account.policy, form.password, person.username);
}

async function sendForm(
  gate: Gate,
  context: Context<GateEnv>,
  session: Session,
  trouble: Pick<PasswordFormView, 'problem' | 'problemField'> = {},
  status: 200 | 400 | 401 | 403 | 422 | 429 = 200,
): Promise<Response> {
  const isChanged = context.req.query('changed') !== undefined && context.req.method !== 'POST';
  const view = {
    csrf: csrfField(gate, context),
    username: session.person.username,
    policy: policyWords(gate.config.account.policy),
    ...trouble,
  };
  const notice = isChanged ? 'Your password is changed, and every other session of yours has ended.' : undefined;
  return await sendPage(context, gate.theme, context.get('portal'), changePasswordPage(view, notice), status);
}

async function refuseChange(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const page = plainPage('Not changed here', 'In this cluster an administrator changes passwords.', '/');
  return await sendPage(context, gate.theme, context.get('portal'), page, 404);
}
