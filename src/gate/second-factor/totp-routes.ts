import { type Context, Hono } from 'hono';
import { toString as drawQr } from 'qrcode';
import * as z from 'zod';
import { placeWithReturn } from '../continue.ts';
import type { Gate, GateEnv } from '../gate.ts';
import { seeOther, sendPage } from '../pages/send.ts';
import { totpPage } from '../pages/totp.ts';
import { csrfField } from '../portal.ts';
import type { TotpRecord } from '../records.ts';
import { safeRedirect } from '../redirect.ts';
import type { Session } from '../sessions.ts';
import { afterEnrolment, noteChange } from './enrolled.ts';
import { readForm, returnField, strayForm } from './form.ts';
import { askForFreshProof, hasAny, judgeFactor, requireSession, wordsFor } from './guard.ts';
import { newTotp, openEnrolment, sealEnrolment, stepOf, totpUri } from './totp.ts';

/** Setting up an authenticator app and removing it. The secret counts only once a code of it was right. */
export function totpRoutes(gate: Gate): Hono<GateEnv> {
  const routes = new Hono<GateEnv>();
  if (!gate.config.totp.disable) {
    routes.get('/settings/totp', async (context) => {
      const wanted = context.req.query('rd');
      const session = await requireFresh(gate, context, wanted);
      return session instanceof Response ? session : await show(gate, context, session, newTotp(gate.config.totp, Date.now()), wanted);
    });
    routes.post('/settings/totp', async (context) => await enrol(gate, context));
  }
  routes.post('/settings/totp/remove', async (context) => {
    const form = await readForm(gate, context, {});
    const session = await requireFresh(gate, context, undefined);
    if (session instanceof Response) return session;
    if (!form) return await show(gate, context, session, newTotp(gate.config.totp, Date.now()), undefined, strayForm, 403);
    await gate.records.removeTotp(session.person.id);
    noteChange(gate, context, session, 'the authenticator app was removed');
    return seeOther(context, '/settings');
  });
  return routes;
}

async function requireFresh(gate: Gate, context: Context<GateEnv>, wanted: string | undefined): Promise<Session | Response> {
  const path = placeWithReturn('/settings/totp', safeRedirect(wanted, [context.get('portal').domain]));
  const session = await requireSession(gate, context, path);
  return session instanceof Response ? session : ((await askForFreshProof(gate, context, session, path)) ?? session);
}

async function enrol(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const form = await readForm(gate, context, { code: z.string().max(32), sealed: z.string().max(2048), rd: returnField });
  const session = await requireFresh(gate, context, form?.rd);
  if (session instanceof Response) return session;
  const { person } = session;
  const totp = form && openEnrolment(form.sealed, person.id, gate.config.sessionSecret, Date.now());
  if (!totp) return await show(gate, context, session, newTotp(gate.config.totp, Date.now()), form?.rd, strayForm, 403);
  const isFirst = !hasAny(await gate.records.secondFactorsOf(person.id));
  const verdict = await judgeFactor(gate, context, session, 'totp', async () => await takeFirstCode(gate, person.id, totp, form.code));
  switch (verdict.kind) {
    case 'right':
      return await afterEnrolment(gate, context, session, { what: 'totp', methods: ['otp'], isFirst, wanted: form.rd });
    case 'ended':
      return seeOther(context, '/');
    case 'wait':
    case 'wrong':
      return await show(gate, context, session, totp, form.rd, wordsFor(verdict), verdict.kind === 'wait' ? 429 : 401);
  }
}

/** The first code confirms the secret and is used up by it. The same form posted twice finds the secret kept and its code used. */
async function takeFirstCode(gate: Gate, personId: string, totp: TotpRecord, code: string): Promise<boolean> {
  const step = stepOf(totp, code, gate.config.totp.skew, Date.now());
  if (step === undefined) return false;
  if ((await gate.records.findTotp(personId))?.secret !== totp.secret) await gate.records.saveTotp(personId, totp);
  return await gate.records.useTotpStep(personId, step);
}

async function show(
  gate: Gate,
  context: Context<GateEnv>,
  { person }: Session,
  totp: TotpRecord,
  wanted: string | undefined,
  problem?: string,
  status: 200 | 401 | 403 | 429 = 200,
): Promise<Response> {
  const cookie = context.get('portal');
  const uri = totpUri(totp, gate.config.totp.issuer ?? gate.theme.title, person.username);
  const page = totpPage({
    csrf: csrfField(gate, context),
    redirect: safeRedirect(wanted, [cookie.domain]),
    hasOne: (await gate.records.secondFactorsOf(person.id)).totp,
    qr: await drawQr(uri, { type: 'svg', margin: 2 }),
    uri,
    secret: totp.secret,
    sealed: sealEnrolment(totp, person.id, gate.config.sessionSecret, Date.now()),
    problem,
  });
  return await sendPage(context, gate.theme, cookie, page, status);
}
