import type { Context } from 'hono';
import * as z from 'zod';
import { messageOf } from '../../kit/errors.ts';
import { portalPlace } from '../continue.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import { askAdministratorPage, askResetPage, resetAskedPage } from '../pages/reset.ts';
import { sendPage } from '../pages/send.ts';
import { csrfField, isOwnForm } from '../portal.ts';
import { brokenForm, foreignForm, tellToWait } from '../refusal.ts';
import { sendResetLink } from './mails.ts';

const formSchema = z.object({ csrf: z.string().max(128).optional(), username: z.string().trim().min(1).max(256) });

/** GET /reset-password. */
export async function showReset(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  return canMail(gate) ? await sendForm(gate, context, '') : await sendAskAdministrator(gate, context);
}

/**
 * POST /reset-password. The answer is the same page in the same time for every name; the directory is asked and the mail
 * is sent after it.
 */
export async function askReset(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  if (!canMail(gate)) return await sendAskAdministrator(gate, context);
  const { data: form } = formSchema.safeParse(await context.req.parseBody());
  if (!form) return await sendForm(gate, context, '', brokenForm, 400);
  const name = safeText(form.username, 256);
  if (!isOwnForm(gate, context, form.csrf)) return await sendForm(gate, context, name, foreignForm, 403);
  const address = addressOf(context);
  const permit = await gate.resets.admit(form.username, address);
  if (permit.kind === 'wait') return await sendForm(gate, context, name, tellToWait(context, permit.waitMs), 429);
  const place = portalPlace(context, '/reset-password/new');
  setImmediate(() => {
    mailLink(gate, form.username, address, place).catch((cause: unknown) =>
      gate.log.error({ event: 'reset', cause: safeText(messageOf(cause), 300) }, 'a link could not be sent'),
    );
  });
  return await sendPage(context, gate.theme, context.get('portal'), resetAskedPage(minutesOf(gate)));
}

async function mailLink(gate: Gate, name: string, address: string, place: string): Promise<void> {
  const answer = await gate.directory.passwordState(name, AbortSignal.timeout(25_000));
  // What nobody is called may be a password that was typed into the wrong field.
  const user = answer.kind === 'found' ? safeText(answer.person.username) : undefined;
  gate.log.info({ event: 'reset', result: answer.kind, user, address }, 'a new password was asked for');
  if (answer.kind !== 'found') return;
  const token = await gate.links.make(answer.person.username, 'reset', answer.state);
  await sendResetLink(gate, answer.person, address, `${place}?token=${token}`, minutesOf(gate));
}

function canMail({ config, mailer }: Gate): boolean {
  return config.account.canReset && mailer.reachesPeople;
}

function minutesOf({ links }: Gate): number {
  return Math.max(1, Math.floor(links.lifeMs / 60_000));
}

async function sendForm(
  gate: Gate,
  context: Context<GateEnv>,
  username: string,
  problem?: string,
  status: 200 | 400 | 403 | 429 = 200,
): Promise<Response> {
  return await sendPage(context, gate.theme, context.get('portal'), askResetPage(csrfField(gate, context), username, problem), status);
}

async function sendAskAdministrator(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  return await sendPage(context, gate.theme, context.get('portal'), askAdministratorPage());
}
