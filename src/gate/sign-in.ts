import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import * as z from 'zod';
import { sleep } from '../kit/clock.ts';
import type { Person } from './directory.ts';
import type { Gate, GateEnv } from './gate.ts';
import { addressOf } from './identify.ts';
import { safeText } from './log.ts';
import { unavailablePage } from './pages/message.ts';
import { sendPage } from './pages/send.ts';
import { isOwnForm, seeOther, sendLogin, setSessionCookie } from './portal.ts';
import { safeRedirect } from './redirect.ts';

const formSchema = z.object({
  csrf: z.string().max(128).optional(),
  username: z.string().max(256),
  password: z.string().max(1024),
  rd: z.string().optional(),
  remember: z.string().optional(),
});

type Form = z.infer<typeof formSchema>;

const wrong = 'The user name or the password is not right. Check both and try again.';

/** POST /login. */
export async function signIn(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const start = performance.now();
  const parsed = formSchema.safeParse(await context.req.parseBody());
  if (!parsed.success) return await retry(gate, context, undefined, 'The form did not arrive whole. Try again.', 400);
  const form = parsed.data;
  if (!isOwnForm(gate, context, form.csrf)) {
    return await retry(gate, context, form, 'This form was open for too long or came from another site. Try again.', 403);
  }
  const address = addressOf(context);
  const who = { user: safeText(form.username), address };
  const permit = await gate.regulation.admit(form.username, address);
  if (permit.kind === 'wait') {
    gate.metrics.signIn('banned');
    gate.log.warn({ event: 'sign-in', result: 'banned', ...who }, 'too many failed sign-ins');
    context.header('Retry-After', String(Math.ceil(permit.waitMs / 1000)));
    return await retry(gate, context, form, `Too many failed attempts. Wait ${minutes(permit.waitMs)}, then try again.`, 429);
  }
  const answer = await gate.directory.signIn(form.username, form.password, AbortSignal.timeout(25_000));
  switch (answer.kind) {
    case 'unavailable':
      await gate.regulation.withdrawn(form.username, address);
      gate.metrics.signIn('unavailable');
      gate.log.error({ event: 'directory.lost', cause: answer.reason }, 'nobody can sign in: the directory does not answer');
      context.header('Retry-After', '10');
      return await sendPage(context, gate.theme, context.get('portal'), unavailablePage(), 503);
    case 'refused':
      gate.metrics.signIn('refused');
      gate.log.warn({ event: 'sign-in', result: 'refused', ...who }, 'wrong user name or password');
      await waitForStep(performance.now() - start, gate.refusalStepMs);
      return await retry(gate, context, form, wrong, 401);
    case 'accepted':
      await gate.regulation.succeeded(form.username, address);
      gate.metrics.signIn('accepted');
      gate.log.info({ event: 'sign-in', result: 'accepted', user: safeText(answer.person.username), address }, 'signed in');
      return await enter(gate, context, form, answer.person);
  }
}

/** Begins a new session under a new id; the one the browser came with, whoever set it, is ended. */
async function enter(gate: Gate, context: Context<GateEnv>, form: Form, person: Person): Promise<Response> {
  const cookie = context.get('portal');
  const former = getCookie(context, cookie.name);
  if (former !== undefined) await gate.sessions.end(former);
  const isRemembered = form.remember !== undefined && cookie.rememberMs > 0;
  const lifeMs = isRemembered ? cookie.rememberMs : cookie.expirationMs;
  const id = await gate.sessions.start(person, { domain: cookie.domain, lifeMs, idleMs: isRemembered ? lifeMs : cookie.inactivityMs });
  setSessionCookie(context, cookie, id, isRemembered ? lifeMs : undefined);
  return seeOther(context, safeRedirect(form.rd, [cookie.domain]) ?? cookie.defaultRedirect ?? '/');
}

async function retry(
  gate: Gate,
  context: Context<GateEnv>,
  form: Form | undefined,
  problem: string,
  status: 400 | 401 | 403 | 429,
): Promise<Response> {
  const redirect = safeRedirect(form?.rd, [context.get('portal').domain]);
  const username = safeText(form?.username ?? '', 256);
  return await sendLogin(gate, context, { username, redirect, isRemembered: form?.remember !== undefined, problem }, status);
}

async function waitForStep(elapsedMs: number, stepMs: number): Promise<void> {
  if (stepMs > 0) await sleep(Math.ceil(elapsedMs / stepMs) * stepMs - elapsedMs);
}

function minutes(ms: number): string {
  const whole = Math.ceil(ms / 60_000);
  return whole === 1 ? 'a minute' : `${whole} minutes`;
}
