import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import * as z from 'zod';
import { placeWithReturn } from '../continue.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { safeText } from '../../kit/log.ts';
import { passkeysPage, recoveryPage, settingsPage } from '../pages/settings.ts';
import { seeOther, sendPage } from '../pages/send.ts';
import { csrfField } from '../portal.ts';
import { safeRedirect } from '../redirect.ts';
import type { Session } from '../sessions.ts';
import { takeChallenge } from './challenges.ts';
import { afterEnrolment, noteChange, showNewCodes } from './enrolled.ts';
import { readForm, returnField, strayForm } from './form.ts';
import { askForFreshProof, hasAny, readableFactors, requireSession, usableFactors } from './guard.ts';
import { checkEnrolment, parseEnrolment, relyingPartyOf } from './passkeys.ts';

const mostPasskeys = 20;

/** A person's account, his passkeys and his recovery codes. */
export function settingsRoutes(gate: Gate): Hono<GateEnv> {
  const routes = new Hono<GateEnv>();
  routes.get('/settings', async (context) => await showSettings(gate, context));
  routes.get('/settings/passkeys', async (context) => {
    const wanted = context.req.query('rd');
    const session = await requireFresh(gate, context, '/settings/passkeys', wanted);
    return session instanceof Response ? session : await showPasskeys(gate, context, session, wanted);
  });
  routes.post('/settings/passkeys', async (context) => await addPasskey(gate, context));
  routes.post('/settings/passkeys/remove', async (context) => {
    const form = await readForm(gate, context, { id: z.string().max(1400) });
    const session = await requireFresh(gate, context, '/settings/passkeys', undefined);
    if (session instanceof Response) return session;
    if (!form) return await showPasskeys(gate, context, session, undefined, strayForm, 403);
    await gate.records.removePasskey(session.person.id, form.id);
    noteChange(gate, context, session, 'a passkey was removed');
    return seeOther(context, '/settings/passkeys');
  });
  routes.on(['GET', 'POST'], '/settings/recovery', async (context) => {
    const form = context.req.method === 'POST' ? await readForm(gate, context, {}) : undefined;
    const session = await requireFresh(gate, context, '/settings/recovery', undefined);
    if (session instanceof Response) return session;
    const factors = await usableFactors(gate, session.person.id);
    if (!hasAny(factors)) return seeOther(context, '/settings');
    if (form) return await showNewCodes(gate, context, session, '/settings');
    const page = recoveryPage(csrfField(gate, context), factors.recoveryCodesLeft);
    return await sendPage(context, gate.theme, context.get('portal'), page, context.req.method === 'POST' ? 403 : 200);
  });
  return routes;
}

async function requireFresh(gate: Gate, context: Context<GateEnv>, path: string, wanted: string | undefined): Promise<Session | Response> {
  const full = placeWithReturn(path, safeRedirect(wanted, [context.get('portal').domain]));
  const session = await requireSession(gate, context, full);
  return session instanceof Response ? session : ((await askForFreshProof(gate, context, session, full)) ?? session);
}

/** Looking needs no fresh proof. Without records the rest of the page is there still. */
async function showSettings(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const session = await requireSession(gate, context, '/settings');
  if (session instanceof Response) return session;
  const { totp, webauthn } = gate.config;
  const factors = await readableFactors(gate, session.person.id);
  const allowed = { totp: !totp.disable, passkey: !webauthn.disable };
  const page = settingsPage({ person: session.person, factors, allowed, hasApplications: gate.config.oidc !== undefined });
  return await sendPage(context, gate.theme, context.get('portal'), page);
}

async function addPasskey(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const form = await readForm(gate, context, { answer: z.string().max(12_000), name: z.string().max(200), rd: returnField });
  const session = await requireFresh(gate, context, '/settings/passkeys', form?.rd);
  if (session instanceof Response) return session;
  if (!form || gate.config.webauthn.disable) return await showPasskeys(gate, context, session, form?.rd, strayForm, 403);
  const refuse = async (words: string) => await showPasskeys(gate, context, session, form.rd, words, 401);
  const { person } = session;
  const before = await gate.records.secondFactorsOf(person.id);
  const given = parseEnrolment(form.answer);
  const owner = gate.sessions.handleOf(getCookie(context, context.get('portal').name) ?? '');
  if (!given || !(await takeChallenge(gate.store, given.challenge, { purpose: 'enrol', owner }))) return await refuse(strayForm);
  if (before.passkeys.length >= mostPasskeys) return await refuse(`${mostPasskeys} passkeys are the most. Remove one first.`);
  const name = safeText(form.name.trim(), 40) || `Passkey ${before.passkeys.length + 1}`;
  const result = await checkEnrolment(relyingPartyOf(gate, context.get('portal')), given, name, Date.now());
  if (result.kind === 'wrong') {
    gate.log.warn({ event: 'passkey.refused', user: safeText(person.username), cause: safeText(result.why, 200) }, 'passkey not enrolled');
    return await refuse('This passkey could not be checked and was not added. Try again, or take another device.');
  }
  if (!(await gate.records.savePasskey(person.id, result.passkey))) return await refuse('This passkey is in use already.');
  const { methods } = result;
  return await afterEnrolment(gate, context, session, { what: 'passkey', methods, isFirst: !hasAny(before), wanted: form.rd });
}

async function showPasskeys(
  gate: Gate,
  context: Context<GateEnv>,
  session: Session,
  wanted: string | undefined,
  problem?: string,
  status: 200 | 401 | 403 = 200,
): Promise<Response> {
  const cookie = context.get('portal');
  const page = passkeysPage({
    csrf: csrfField(gate, context),
    redirect: safeRedirect(wanted, [cookie.domain]),
    passkeys: (await gate.records.secondFactorsOf(session.person.id)).passkeys,
    canAdd: !gate.config.webauthn.disable,
    problem,
  });
  return await sendPage(context, gate.theme, cookie, page, status);
}
