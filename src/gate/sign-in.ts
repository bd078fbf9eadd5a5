import type { Context } from 'hono';
import * as z from 'zod';
import { askNewPassword } from './account/new-password.ts';
import { knownDevice } from './device.ts';
import { enter } from './enter.ts';
import type { Gate, GateEnv } from './gate.ts';
import { addressOf } from './identify.ts';
import { safeText } from '../kit/log.ts';
import { unavailablePage } from './pages/message.ts';
import { sendPage } from './pages/send.ts';
import { isOwnForm, sendLogin } from './portal.ts';
import { safeRedirect } from './redirect.ts';
import { brokenForm, foreignForm, tellToWait, waitForStep } from './refusal.ts';

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
  if (!parsed.success) return await retry(gate, context, undefined, brokenForm, 400);
  const form = parsed.data;
  if (!isOwnForm(gate, context, form.csrf)) return await retry(gate, context, form, foreignForm, 403);
  const address = addressOf(context);
  const attempt = [form.username, address, knownDevice(context, form.username, gate.config.sessionSecret)] as const;
  const permit = await gate.regulation.admit(...attempt);
  if (permit.kind === 'wait') {
    gate.metrics.signIn('banned');
    gate.log.warn({ event: 'sign-in', result: 'banned', address }, 'too many failed sign-ins');
    return await retry(gate, context, form, tellToWait(context, permit.waitMs), 429);
  }
  const answer = await gate.directory.signIn(form.username, form.password, AbortSignal.timeout(25_000));
  switch (answer.kind) {
    case 'unavailable':
      await gate.regulation.withdrawn(...attempt);
      gate.metrics.signIn('unavailable');
      gate.log.error({ event: 'directory.lost', cause: answer.reason }, 'nobody can sign in: the directory does not answer');
      context.header('Retry-After', '10');
      return await sendPage(context, gate.theme, context.get('portal'), unavailablePage(), 503);
    case 'refused':
      gate.metrics.signIn('refused');
      gate.log.warn({ event: 'sign-in', result: 'refused', user: named(answer, form), address }, 'wrong user name or password');
      await waitForStep(start, gate.refusalStepMs);
      return await retry(gate, context, form, wrong, 401);
    case 'must-change':
      await gate.regulation.succeeded(...attempt);
      gate.metrics.signIn('accepted');
      gate.log.info(
        { event: 'sign-in', result: 'must-change', user: safeText(answer.person.username), address },
        'a new password has to be chosen first',
      );
      return await askNewPassword(gate, context, answer.person, form.rd);
    case 'accepted':
      await gate.regulation.succeeded(...attempt);
      gate.metrics.signIn('accepted');
      gate.log.info({ event: 'sign-in', result: 'accepted', user: safeText(answer.person.username), address }, 'signed in');
      return await enter(gate, context, answer.person, {
        methods: ['pwd'],
        wantsRemembered: form.remember !== undefined,
        wanted: form.rd,
      });
  }
}

/** What nobody is called is not written down: people type a password where the name belongs. */
function named({ isKnown }: { readonly isKnown: boolean }, { username }: Form): string | undefined {
  return isKnown ? safeText(username) : undefined;
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
