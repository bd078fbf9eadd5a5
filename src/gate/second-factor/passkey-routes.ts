import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import * as z from 'zod';
import { csrfCookie } from '../csrf.ts';
import type { Person } from '../directory.ts';
import { enter } from '../enter.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf, identify } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import { unavailablePage } from '../pages/message.ts';
import { passkeySignInPage } from '../pages/passkey.ts';
import { setSecureHeaders } from '../../kit/page/send.ts';
import { sendPage } from '../pages/send.ts';
import { csrfField } from '../portal.ts';
import { safeRedirect } from '../redirect.ts';
import { tellToWait } from '../refusal.ts';
import type { Method } from '../sessions.ts';
import { type ChallengeUse, keepChallenge, takeChallenge } from './challenges.ts';
import { readForm, returnField, strayForm } from './form.ts';
import { askForFreshProof } from './guard.ts';
import { assertionOptions, checkAssertion, enrolmentOptions, parseAssertion, relyingPartyOf } from './passkeys.ts';
import { canSignInWithPasskey } from './schema.ts';

const wrong = 'That passkey is not known here, or could not be checked. Try again, or use your password.';

/** Options for the browser's WebAuthn, and signing in with a passkey alone. */
export function passkeyRoutes(gate: Gate): Hono<GateEnv> {
  const routes = new Hono<GateEnv>();
  routes.post('/passkey/options', async (context) => await giveOptions(gate, context));
  if (!canSignInWithPasskey(gate.config.webauthn)) return routes;
  routes.get('/passkey/sign-in', async (context) => await show(gate, context, context.req.query('rd')));
  routes.post('/passkey/sign-in', async (context) => await signIn(gate, context));
  return routes;
}

/** A challenge before sign-in belongs to the browser that got the form. */
function browserOf(context: Context<GateEnv>): string {
  return createHash('sha256')
    .update(getCookie(context, csrfCookie) ?? '')
    .digest('base64url');
}

async function giveOptions(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  setSecureHeaders(context);
  const form = await readForm(gate, context, { purpose: z.enum(['sign-in', 'second-factor', 'enrol']) });
  if (!form || gate.config.webauthn.disable) return context.json({ error: 'refused' }, 403);
  if (form.purpose === 'sign-in') {
    const permit = await gate.challenges.admit('', addressOf(context));
    if (permit.kind === 'wait') return context.json({ error: tellToWait(context, permit.waitMs) }, 429);
  }
  const options = await optionsFor(gate, context, form.purpose);
  return options ? context.json(options) : context.json({ error: 'sign in first' }, 401);
}

async function optionsFor(gate: Gate, context: Context<GateEnv>, purpose: ChallengeUse['purpose']): Promise<object | undefined> {
  const cookie = context.get('portal');
  const party = relyingPartyOf(gate, cookie);
  if (purpose === 'sign-in') {
    const options = await assertionOptions(party, undefined);
    await keepChallenge(gate.store, options.challenge, { purpose, owner: browserOf(context) });
    return options;
  }
  const session = await identify(gate, context, cookie);
  if (!session) return undefined;
  if (purpose === 'enrol' && (await askForFreshProof(gate, context, session, '/settings/passkeys'))) return undefined;
  const { passkeys } = await gate.records.secondFactorsOf(session.person.id);
  const options = purpose === 'enrol' ? await enrolmentOptions(party, session.person, passkeys) : await assertionOptions(party, passkeys);
  const owner = gate.sessions.handleOf(getCookie(context, cookie.name) ?? '');
  await keepChallenge(gate.store, options.challenge, { purpose, owner });
  return options;
}

/** POST /passkey/sign-in. Whatever is wrong with a passkey is told in the same words. */
async function signIn(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const form = await readForm(gate, context, { answer: z.string().max(12_000), rd: returnField, remember: z.string().optional() });
  if (!form) return await show(gate, context, undefined, strayForm, 403);
  const given = parseAssertion(form.answer);
  const address = addressOf(context);
  const name = `passkey ${given?.id ?? ''}`;
  const permit = await gate.regulation.admit(name, address);
  if (permit.kind === 'wait') {
    gate.metrics.signIn('banned');
    gate.log.warn({ event: 'sign-in', method: 'passkey', result: 'banned', address }, 'too many failed sign-ins');
    context.header('Retry-After', String(Math.ceil(permit.waitMs / 1000)));
    return await show(
      gate,
      context,
      form.rd,
      `Too many failed attempts. Wait ${Math.ceil(permit.waitMs / 60_000)} min, then try again.`,
      429,
    );
  }
  const answer = await judge(gate, context, given);
  switch (answer.kind) {
    case 'accepted':
      await gate.regulation.succeeded(name, address);
      gate.metrics.signIn('accepted');
      gate.log.info(
        { event: 'sign-in', method: 'passkey', result: 'accepted', user: safeText(answer.person.username), address },
        'signed in',
      );
      return await enter(gate, context, answer.person, {
        methods: answer.methods,
        wantsRemembered: form.remember !== undefined,
        wanted: form.rd,
      });
    case 'refused':
      gate.metrics.signIn('refused');
      gate.log.warn(
        { event: 'sign-in', method: 'passkey', result: 'refused', cause: safeText(answer.why, 200), address },
        'passkey refused',
      );
      return await show(gate, context, form.rd, wrong, 401);
    case 'unavailable':
      await gate.regulation.withdrawn(name, address);
      gate.metrics.signIn('unavailable');
      gate.log.error({ event: 'directory.lost', cause: answer.reason }, 'nobody can sign in: the directory does not answer');
      context.header('Retry-After', '10');
      return await sendPage(context, gate.theme, context.get('portal'), unavailablePage(), 503);
  }
}

type Answer =
  | { readonly kind: 'accepted'; readonly person: Person; readonly methods: readonly Method[] }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** A passkey signs in whom its user handle names, who is the person it is kept for, if the directory still knows him. */
async function judge(gate: Gate, context: Context<GateEnv>, given: ReturnType<typeof parseAssertion>): Promise<Answer> {
  if (!given) return { kind: 'refused', why: 'the answer cannot be read' };
  if (!(await takeChallenge(gate.store, given.challenge, { purpose: 'sign-in', owner: browserOf(context) }))) {
    return { kind: 'refused', why: 'the challenge is not one of this browser, or was used' };
  }
  const kept = await gate.records.findPasskey(given.id);
  if (!kept) return { kind: 'refused', why: 'the passkey is not known' };
  if (given.response.userHandle !== Buffer.from(kept.personId).toString('base64url')) {
    return { kind: 'refused', why: 'the passkey names another person, or none' };
  }
  const result = await checkAssertion(relyingPartyOf(gate, context.get('portal')), given, kept.passkey, 'required');
  if (result.kind === 'wrong') return { kind: 'refused', why: result.why };
  const found = await gate.directory.lookUpId(kept.personId, AbortSignal.timeout(25_000));
  if (found.kind === 'unavailable') return found;
  if (found.kind === 'missing') return { kind: 'refused', why: 'its person is disabled or gone' };
  await gate.records.usePasskey(given.id, result.counter, Date.now());
  return { kind: 'accepted', person: found.person, methods: result.methods };
}

async function show(
  gate: Gate,
  context: Context<GateEnv>,
  wanted: string | undefined,
  problem?: string,
  status: 200 | 401 | 403 | 429 = 200,
): Promise<Response> {
  const cookie = context.get('portal');
  const redirect = safeRedirect(wanted, [cookie.domain]);
  const page = passkeySignInPage({ csrf: csrfField(gate, context), redirect, canRemember: cookie.rememberMs > 0, problem });
  return await sendPage(context, gate.theme, cookie, page, status);
}
