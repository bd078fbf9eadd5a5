import type { Context } from 'hono';
import * as z from 'zod';
import type { Person } from '../directory.ts';
import { enter } from '../enter.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import type { PasswordFormView } from '../pages/account.ts';
import { unavailablePage } from '../pages/message.ts';
import { newPasswordPage, passwordKeptPage, worthlessLinkPage } from '../pages/reset.ts';
import { sendPage } from '../pages/send.ts';
import { csrfField, isOwnForm } from '../portal.ts';
import { safeRedirect } from '../redirect.ts';
import { foreignForm } from '../refusal.ts';
import type { LinkPurpose } from './links.ts';
import { tellPasswordChanged } from './mails.ts';
import { passwordProblem, policyWords } from './password-policy.ts';

const formSchema = z.object({
  csrf: z.string().max(128).optional(),
  token: z.string().max(2048),
  password: z.string().max(1024),
  again: z.string().max(1024),
  rd: z.string().optional(),
});

type Form = z.infer<typeof formSchema>;

/** A link that works, and where its person wanted to go. */
interface OpenLink {
  readonly purpose: LinkPurpose;
  readonly person: Person;
  readonly token: string;
  readonly wanted: string | undefined;
}

/** GET /reset-password/new and /welcome. Looking uses no link up, as programs open the links in mails too. */
export async function showNewPassword(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const link = await openLink(gate, context, context.req.query('token') ?? '', undefined);
  return link instanceof Response ? link : await sendForm(gate, context, link);
}

/** The same form for a person who just gave a right password that has run out. */
export async function askNewPassword(gate: Gate, context: Context<GateEnv>, person: Person, wanted: string | undefined): Promise<Response> {
  const found = await gate.directory.passwordState(person.username, AbortSignal.timeout(25_000));
  if (found.kind !== 'found') return await sendUnavailable(gate, context);
  const token = await gate.links.make(person.username, 'renew', found.state);
  return await sendForm(gate, context, { purpose: 'renew', person, token, wanted });
}

/** POST /reset-password/new. */
export async function keepNewPassword(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const { data: form } = formSchema.safeParse(await context.req.parseBody());
  if (!form) return await sendWorthless(gate, context, 400);
  const link = await openLink(gate, context, form.token, form.rd);
  if (link instanceof Response) return link;
  if (!isOwnForm(gate, context, form.csrf)) return await sendForm(gate, context, link, { problem: foreignForm }, 403);
  const problem = problemOf(gate, link.person, form);
  if (problem !== undefined) return await sendForm(gate, context, link, { problem, problemField: 'password' }, 422);
  if (!(await gate.links.take(form.token))) return await sendWorthless(gate, context, 410);
  return await write(gate, context, link, form);
}

async function write(gate: Gate, context: Context<GateEnv>, link: OpenLink, form: Form): Promise<Response> {
  const { username } = link.person;
  const answer = await gate.directory.setPassword(username, form.password, AbortSignal.timeout(25_000));
  const note = { event: 'password', result: answer.kind, by: link.purpose, user: safeText(username), address: addressOf(context) };
  if (answer.kind !== 'changed') await gate.links.giveBack(form.token);
  switch (answer.kind) {
    case 'unavailable':
      gate.log.error({ ...note, cause: safeText(answer.reason, 300) }, 'the directory does not answer');
      return await sendUnavailable(gate, context);
    case 'missing':
      return await sendWorthless(gate, context, 410);
    case 'refused':
      gate.log.info(note, 'the directory refused a new password');
      return await sendForm(gate, context, link, { problem: answer.why, problemField: 'password' }, 422);
    case 'changed':
      gate.log.info(note, 'password changed');
      return await finish(gate, context, link);
  }
}

/** A link that came by mail proves a mailbox and no more, so that person signs in as always, second factor and all. */
async function finish(gate: Gate, context: Context<GateEnv>, { purpose, person, wanted }: OpenLink): Promise<Response> {
  gate.basic.forget();
  await gate.sessions.revokeAll(person.id);
  if (purpose !== 'welcome') tellPasswordChanged(gate, person, addressOf(context));
  if (purpose === 'reset') return await sendPage(context, gate.theme, context.get('portal'), passwordKeptPage());
  return await enter(gate, context, person, { methods: ['pwd'], wantsRemembered: false, wanted });
}

async function openLink(gate: Gate, context: Context<GateEnv>, token: string, wanted: string | undefined): Promise<OpenLink | Response> {
  const answer = await gate.links.read(token, AbortSignal.timeout(25_000));
  if (answer.kind === 'unavailable') return await sendUnavailable(gate, context);
  if (answer.kind === 'worthless' || (answer.purpose === 'reset' && !gate.config.account.canReset)) {
    return await sendWorthless(gate, context, 410);
  }
  return { purpose: answer.purpose, person: answer.person, token, wanted };
}

function problemOf(gate: Gate, { username }: Person, form: Form): string | undefined {
  if (form.password !== form.again) return 'The two new passwords are not the same. Type them again.';
  return passwordProblem(gate.config.account.policy, form.password, username);
}

async function sendForm(
  gate: Gate,
  context: Context<GateEnv>,
  { purpose, person, token, wanted }: OpenLink,
  trouble: Pick<PasswordFormView, 'problem' | 'problemField'> = {},
  status: 200 | 403 | 422 = 200,
): Promise<Response> {
  const cookie = context.get('portal');
  const names = { username: person.username, displayName: safeText(person.displayName) };
  const policy = policyWords(gate.config.account.policy);
  const redirect = safeRedirect(wanted, [cookie.domain]);
  const page = newPasswordPage({ csrf: csrfField(gate, context), purpose, token, ...names, policy, redirect, ...trouble });
  return await sendPage(context, gate.theme, cookie, page, status);
}

async function sendWorthless(gate: Gate, context: Context<GateEnv>, status: 400 | 410): Promise<Response> {
  const canReset = gate.config.account.canReset && gate.mailer.reachesPeople;
  return await sendPage(context, gate.theme, context.get('portal'), worthlessLinkPage(canReset), status);
}

async function sendUnavailable(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  context.header('Retry-After', '10');
  return await sendPage(context, gate.theme, context.get('portal'), unavailablePage(), 503);
}
