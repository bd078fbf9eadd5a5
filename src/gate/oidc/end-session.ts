import { type Context, Hono } from 'hono';
import { decodeJwt } from 'jose';
import * as z from 'zod';
import type { Gate, GateEnv } from '../gate.ts';
import { identify } from '../identify.ts';
import { endSessionPage } from '../pages/end-session.ts';
import { plainPage } from '../pages/message.ts';
import { seeOther, sendPage } from '../pages/send.ts';
import { csrfField, isOwnForm, signOut } from '../portal.ts';
import type { Oidc } from './provider.ts';
import { formTargetOf } from './redirect-target.ts';
import type { OidcClient } from './settings.ts';

const path = '/api/oidc/end-session';

const text = z.string().min(1).max(8192).optional();
const askSchema = z.object({ id_token_hint: text, client_id: text, post_logout_redirect_uri: text, state: text });
type Ask = z.output<typeof askSchema>;

/** An app's wish that holds: who asks, where the browser goes afterwards. */
interface Wish {
  readonly client: OidcClient | undefined;
  readonly target: string | undefined;
}

/** Sign-out by relying parties. https://openid.net/specs/openid-connect-rpinitiated-1_0.html */
export function endSessionRoutes(gate: Gate, oidc: Oidc): Hono<GateEnv> {
  const app = new Hono<GateEnv>();
  app.get(
    path,
    async (context) => await withWish(gate, oidc, context, context.req.query(), (ask, wish) => showQuestion(gate, context, ask, wish, 200)),
  );
  // A browser sends no session cookie along with another site's form, so the question is asked anew as a link.
  app.post(
    path,
    async (context) =>
      await withWish(gate, oidc, context, await context.req.parseBody(), async (ask) =>
        seeOther(context, `${path}?${new URLSearchParams(fieldsOf(ask)).toString()}`),
      ),
  );
  app.post(`${path}/confirm`, async (context) => {
    const form = await context.req.parseBody();
    return await withWish(gate, oidc, context, form, async (ask, wish) => {
      const isOwn = isOwnForm(gate, context, typeof form['csrf'] === 'string' ? form['csrf'] : undefined);
      return isOwn ? await leave(gate, context, wish) : await showQuestion(gate, context, ask, wish, 403);
    });
  });
  return app;
}

async function withWish(
  gate: Gate,
  oidc: Oidc,
  context: Context<GateEnv>,
  given: unknown,
  go: (ask: Ask, wish: Wish) => Promise<Response>,
): Promise<Response> {
  const ask = askSchema.safeParse(given).data;
  const wish = ask && (await judgeAsk(oidc, ask));
  if (ask && wish) return await go(ask, wish);
  const words = 'The app sent you here with an address or a token that is not its own. You are still signed in.';
  return await sendPage(context, gate.theme, context.get('portal'), plainPage('This sign-out does not work', words, '/'), 400);
}

/** Undefined unless the hint is a token of ours, the client is known, and the address is registered for it, letter by letter. */
async function judgeAsk({ provider, settings }: Oidc, ask: Ask): Promise<Wish | undefined> {
  const hinted = ask.id_token_hint === undefined ? undefined : audienceOf(ask.id_token_hint);
  const id = hinted ?? ask.client_id;
  if (ask.id_token_hint !== undefined && (hinted === undefined || (ask.client_id !== undefined && ask.client_id !== hinted)))
    return undefined;
  if (id === undefined) return ask.post_logout_redirect_uri === undefined ? { client: undefined, target: undefined } : undefined;
  const client = settings.clients.get(id);
  const registered = await provider.Client.find(id);
  if (!client || !registered) return undefined;
  if (ask.id_token_hint !== undefined) {
    try {
      await provider.IdToken.validate(ask.id_token_hint, registered);
    } catch {
      return undefined;
    }
  }
  const wanted = ask.post_logout_redirect_uri;
  if (wanted === undefined) return { client, target: undefined };
  if (!client.postLogoutRedirectUris.includes(wanted)) return undefined;
  const target = new URL(wanted);
  if (ask.state !== undefined) target.searchParams.set('state', ask.state);
  return { client, target: target.href };
}

function audienceOf(hint: string): string | undefined {
  try {
    const { aud } = decodeJwt(hint);
    return typeof aud === 'string' ? aud : undefined;
  } catch {
    return undefined;
  }
}

/** A link alone signs nobody out; without a session there is nothing to ask. */
async function showQuestion(gate: Gate, context: Context<GateEnv>, ask: Ask, wish: Wish, status: 200 | 403): Promise<Response> {
  const session = await identify(gate, context, context.get('portal'));
  if (!session) return seeOther(context, wish.target ?? '/?signed-out');
  const target = wish.target === undefined ? undefined : formTargetOf(wish.target);
  if (target !== undefined) context.set('formTargets', [target]);
  const page = endSessionPage({
    csrf: csrfField(gate, context),
    person: session.person,
    client: wish.client?.title,
    fields: fieldsOf(ask),
    problem: status === 403 ? 'This form was open for too long or came from another site. Try again.' : undefined,
  });
  return await sendPage(context, gate.theme, context.get('portal'), page, status);
}

async function leave(gate: Gate, context: Context<GateEnv>, { target }: Wish): Promise<Response> {
  const left = await signOut(gate, context);
  return target === undefined ? left : seeOther(context, target);
}

function fieldsOf(ask: Ask): Record<string, string> {
  return Object.fromEntries(Object.entries(ask).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
