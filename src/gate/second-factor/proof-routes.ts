import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import * as z from 'zod';
import { continueTo, placeWithReturn } from '../continue.ts';
import { addProof } from '../enter.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { enrolPage, secondFactorPage } from '../pages/second-factor.ts';
import { sendPage } from '../pages/send.ts';
import { csrfField, destinationOf, sendLogin } from '../portal.ts';
import { safeRedirect } from '../redirect.ts';
import { hasSecondFactor, type Method, type Session } from '../sessions.ts';
import { takeChallenge } from './challenges.ts';
import { readForm, returnField, strayForm } from './form.ts';
import { hasAny, judgeFactor, requireSession, usableFactors, type Verdict, wordsFor } from './guard.ts';
import { checkAssertion, parseAssertion, relyingPartyOf } from './passkeys.ts';
import { digestRecoveryCode } from './recovery.ts';
import { stepOf } from './totp.ts';

type Way = 'totp' | 'passkey' | 'recovery';

/** Gives the methods that an answer proves; none for a wrong one. */
type Judge = (gate: Gate, context: Context<GateEnv>, session: Session, answer: string) => Promise<readonly Method[]>;

const ways: Readonly<Record<Way, { readonly field: 'code' | 'answer'; readonly longest: number; readonly judge: Judge }>> = {
  totp: { field: 'code', longest: 32, judge: judgeCode },
  recovery: { field: 'code', longest: 32, judge: judgeRecoveryCode },
  passkey: { field: 'answer', longest: 12_000, judge: judgePasskey },
};

/** The pages where a signed-in person gives his second factor, or is led to set one up. */
export function proofRoutes(gate: Gate): Hono<GateEnv> {
  const routes = new Hono<GateEnv>();
  routes.get('/second-factor', async (context) => {
    const wanted = context.req.query('rd');
    const session = await requireSession(gate, context, placeWithReturn('/second-factor', checked(context, wanted)));
    if (session instanceof Response) return session;
    return hasSecondFactor(session) ? continueTo(gate, context, session, wanted) : await show(gate, context, session, wanted);
  });
  for (const way of ['totp', 'recovery', 'passkey'] as const) {
    routes.post(`/second-factor/${way}`, async (context) => await takeAnswer(gate, context, way));
  }
  return routes;
}

async function judgeCode({ config, records }: Gate, _: Context<GateEnv>, { person }: Session, code: string): Promise<readonly Method[]> {
  const totp = config.totp.disable ? undefined : await records.findTotp(person.id);
  const step = totp && stepOf(totp, code, config.totp.skew, Date.now());
  return step !== undefined && (await records.useTotpStep(person.id, step)) ? ['otp'] : [];
}

async function judgeRecoveryCode(
  { config, records }: Gate,
  _: Context<GateEnv>,
  { person }: Session,
  code: string,
): Promise<readonly Method[]> {
  const digest = digestRecoveryCode(config.storage.encryptionKey, person.id, code);
  return (await records.useRecoveryCode(person.id, digest)) ? ['otp'] : [];
}

/** The challenge must be one of this session, and the passkey one of this person. */
async function judgePasskey(gate: Gate, context: Context<GateEnv>, { person }: Session, text: string): Promise<readonly Method[]> {
  const given = gate.config.webauthn.disable ? undefined : parseAssertion(text);
  const owner = gate.sessions.handleOf(getCookie(context, context.get('portal').name) ?? '');
  if (!given || !(await takeChallenge(gate.store, given.challenge, { purpose: 'second-factor', owner }))) return [];
  const kept = await gate.records.findPasskey(given.id);
  if (kept?.personId !== person.id) return [];
  const result = await checkAssertion(relyingPartyOf(gate, context.get('portal')), given, kept.passkey, 'optional');
  if (result.kind === 'wrong') return [];
  await gate.records.usePasskey(given.id, result.counter, Date.now());
  return result.methods;
}

async function takeAnswer(gate: Gate, context: Context<GateEnv>, way: Way): Promise<Response> {
  const { field, longest, judge } = ways[way];
  const form = await readForm(gate, context, { [field]: z.string().min(1).max(longest), rd: returnField });
  const session = await requireSession(gate, context, placeWithReturn('/second-factor', checked(context, form?.rd)));
  if (session instanceof Response) return session;
  const text = form?.[field];
  if (!form || text === undefined) return await show(gate, context, session, form?.rd, { method: way, words: strayForm }, 403);
  const proved: Method[] = [];
  const verdict = await judgeFactor(
    gate,
    context,
    session,
    way,
    async () => proved.push(...(await judge(gate, context, session, text))) > 0,
  );
  if (verdict.kind === 'right') return continueTo(gate, context, await addProof(gate, context, session, proved), form.rd);
  return await refuse(gate, context, session, form.rd, way, verdict);
}

async function refuse(
  gate: Gate,
  context: Context<GateEnv>,
  session: Session,
  wanted: string | undefined,
  method: Way,
  verdict: Exclude<Verdict, { readonly kind: 'right' }>,
): Promise<Response> {
  const words = wordsFor(verdict);
  if (verdict.kind === 'wait') context.header('Retry-After', String(Math.ceil(verdict.waitMs / 1000)));
  if (verdict.kind === 'ended') {
    const redirect = checked(context, wanted);
    return await sendLogin(gate, context, { username: session.person.username, redirect, isRemembered: false, problem: words }, 401);
  }
  return await show(gate, context, session, wanted, { method, words }, verdict.kind === 'wait' ? 429 : 401);
}

async function show(
  gate: Gate,
  context: Context<GateEnv>,
  session: Session,
  wanted: string | undefined,
  problem?: { readonly method: Way; readonly words: string },
  status: 200 | 401 | 403 | 429 = 200,
): Promise<Response> {
  const { totp, webauthn, defaultSecondFactor: first } = gate.config;
  const redirect = checked(context, wanted);
  const destination = destinationOf(context, redirect);
  const factors = await usableFactors(gate, session.person.id);
  const page = hasAny(factors)
    ? secondFactorPage({ csrf: csrfField(gate, context), redirect, destination, factors, first, problem })
    : enrolPage({ redirect, destination, allowed: { totp: !totp.disable, passkey: !webauthn.disable } });
  return await sendPage(context, gate.theme, context.get('portal'), page, status);
}

function checked(context: Context<GateEnv>, wanted: string | undefined): string | undefined {
  return safeRedirect(wanted, [context.get('portal').domain]);
}
