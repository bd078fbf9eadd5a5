import { type Context, Hono } from 'hono';
import * as z from 'zod';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf } from '../identify.ts';
import { safeText } from '../../kit/log.ts';
import { applicationsPage } from '../pages/applications.ts';
import { seeOther, sendPage } from '../pages/send.ts';
import { csrfField, isOwnForm } from '../portal.ts';
import { brokenForm, foreignForm } from '../refusal.ts';
import { askForFreshProof, requireSession } from '../second-factor/guard.ts';
import type { Session } from '../sessions.ts';
import { applicationsOf, withdraw } from './applications.ts';
import type { Oidc } from './provider.ts';

const place = '/settings/applications';

/** `withdraw` is the id of a client: whose consent is meant, the session says. */
const formSchema = z.object({ csrf: z.string().max(128).optional(), withdraw: z.string().min(1).max(100) });

/** What somebody let know who he is, and the way to take it back. */
export function applicationRoutes(gate: Gate, oidc: Oidc): Hono<GateEnv> {
  const app = new Hono<GateEnv>();
  app.get(place, async (context) => {
    const session = await requireOwner(gate, context);
    if (session instanceof Response) return session;
    const notice = context.req.query('withdrawn') === undefined ? undefined : 'Withdrawn. What it had is worth nothing from now on.';
    return await sendList(gate, oidc, context, session, notice);
  });
  app.post(place, async (context) => {
    const session = await requireOwner(gate, context);
    if (session instanceof Response) return session;
    const { data: form } = formSchema.safeParse(await context.req.parseBody());
    if (!form) return await sendList(gate, oidc, context, session, brokenForm, 400);
    if (!isOwnForm(gate, context, form.csrf)) return await sendList(gate, oidc, context, session, foreignForm, 403);
    const { id, username } = session.person;
    if (await withdraw(gate, oidc, id, form.withdraw)) {
      const client = oidc.settings.clients.has(form.withdraw) ? form.withdraw : 'unknown';
      const facts = { event: 'consent', result: 'withdrawn', client, user: safeText(username), address: addressOf(context) };
      gate.log.info(facts, 'a consent was withdrawn by its owner');
    }
    return seeOther(context, `${place}?withdrawn`);
  });
  return app;
}

async function requireOwner(gate: Gate, context: Context<GateEnv>): Promise<Session | Response> {
  const session = await requireSession(gate, context, place);
  return session instanceof Response ? session : ((await askForFreshProof(gate, context, session, place)) ?? session);
}

async function sendList(
  gate: Gate,
  oidc: Oidc,
  context: Context<GateEnv>,
  { person }: Session,
  notice?: string,
  status: 200 | 400 | 403 = 200,
): Promise<Response> {
  const applications = await applicationsOf(gate, oidc, person.id);
  const page = applicationsPage(csrfField(gate, context), applications, Date.now(), notice);
  return await sendPage(context, gate.theme, context.get('portal'), page, status);
}
