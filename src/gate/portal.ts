import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieSettings } from './config.ts';
import { continueTo, judgePlace } from './continue.ts';
import { csrfCookie, csrfToken, isOwnPost, newCsrfSeed } from './csrf.ts';
import type { Gate, GateEnv } from './gate.ts';
import { addressOf, identify } from './identify.ts';
import { homePage, logoutPage } from './pages/home.ts';
import { type LoginView, loginPage } from './pages/login.ts';
import { seeOther, sendPage } from './pages/send.ts';
import { appsFor } from './portal-apps.ts';
import { safeRedirect } from './redirect.ts';
import { adviceFor } from './second-factor/guard.ts';
import { canSignInWithPasskey } from './second-factor/schema.ts';

type PortalContext = Context<GateEnv>;

/** GET /: the sign-in form, or for a signed-in person the way on to where he wanted to go, or his apps. */
export async function showHome(gate: Gate, context: PortalContext): Promise<Response> {
  const cookie = context.get('portal');
  const redirect = safeRedirect(context.req.query('rd'), [cookie.domain]);
  const session = await identify(gate, context, cookie);
  if (!session) {
    const notice = context.req.query('signed-out') === undefined ? undefined : 'You are signed out.';
    return await sendLogin(gate, context, { username: '', redirect, isRemembered: false, notice });
  }
  const decision = redirect === undefined ? 'forbid' : judgePlace(gate, context, session, redirect);
  if (decision === 'allow' || decision === 'second-factor') return continueTo(gate, context, session, redirect);
  return await sendPage(
    context,
    gate.theme,
    cookie,
    homePage(session.person, appsFor(gate.apps, session.person.groups), await adviceFor(gate, session.person.id)),
  );
}

/** GET /logout: asks, because a link alone must not sign anybody out. */
export async function showLogout(gate: Gate, context: PortalContext, status: 200 | 403 = 200): Promise<Response> {
  const session = await identify(gate, context, context.get('portal'));
  return await sendPage(context, gate.theme, context.get('portal'), logoutPage(csrfField(gate, context), session?.person), status);
}

/** POST /logout: ends the session in the store, so that a copy of the cookie is worth nothing either. */
export async function signOut(gate: Gate, context: PortalContext): Promise<Response> {
  const cookie = context.get('portal');
  const id = getCookie(context, cookie.name);
  if (id !== undefined) await gate.sessions.end(id);
  deleteCookie(context, cookie.name, { domain: cookie.domain, path: '/', secure: true, httpOnly: true });
  gate.log.info({ event: 'sign-out', address: addressOf(context) }, 'signed out');
  return seeOther(context, '/?signed-out');
}

/** Puts the session into the browser: for the whole domain, out of reach of scripts and of plain http. */
export function setSessionCookie(context: PortalContext, cookie: CookieSettings, id: string, maxAgeMs: number | undefined): void {
  const sameSite = { lax: 'Lax', strict: 'Strict', none: 'None' } as const;
  setCookie(context, cookie.name, id, {
    domain: cookie.domain,
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: sameSite[cookie.sameSite],
    ...(maxAgeMs === undefined ? {} : { maxAge: Math.floor(maxAgeMs / 1000) }),
  });
}

/** The form field against forged posts, with its cookie where the browser has none yet. */
export function csrfField(gate: Gate, context: PortalContext): string {
  const known = getCookie(context, csrfCookie);
  const seed = known !== undefined && /^[A-Za-z0-9_-]{43}$/.test(known) ? known : newCsrfSeed();
  if (seed !== known) setCookie(context, csrfCookie, seed, { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' });
  return csrfToken(seed, gate.config.sessionSecret);
}

/** Whether the fields were posted by a form of this portal. */
export function isOwnForm(gate: Gate, context: PortalContext, field: string | undefined): boolean {
  const post = { origin: context.req.header('origin'), fetchSite: context.req.header('sec-fetch-site') };
  return isOwnPost(post, context.get('portal').portalUrl, getCookie(context, csrfCookie), field, gate.config.sessionSecret);
}

/** What a person is on his way to, in words for him; nothing where that is the portal itself. */
export function destinationOf(context: PortalContext, redirect: string | undefined): string | undefined {
  if (redirect === undefined) return undefined;
  const { host } = new URL(redirect);
  return context.get('clientName') ?? (host === new URL(context.get('portal').portalUrl).host ? undefined : host);
}

/** Sends the sign-in form with a status. */
export async function sendLogin(
  gate: Gate,
  context: PortalContext,
  view: Omit<LoginView, 'csrf' | 'destination' | 'canRemember' | 'canUsePasskey' | 'canReset'>,
  status: 200 | 400 | 401 | 403 | 429 = 200,
): Promise<Response> {
  const cookie = context.get('portal');
  const page = loginPage({
    ...view,
    destination: destinationOf(context, view.redirect),
    csrf: csrfField(gate, context),
    canRemember: cookie.rememberMs > 0,
    canReset: gate.config.account.canReset,
    canUsePasskey: canSignInWithPasskey(gate.config.webauthn),
  });
  return await sendPage(context, gate.theme, cookie, page, status);
}
