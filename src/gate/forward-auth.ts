import type { Context } from 'hono';
import { decide } from './access.ts';
import type { AuthzEndpoint } from './account/settings.ts';
import { isBasic } from './basic.ts';
import type { CookieSettings } from './config.ts';
import type { Person } from './directory.ts';
import type { Gate, GateEnv } from './gate.ts';
import { addressOf, identify } from './identify.ts';
import type { AuthzResult } from './metrics.ts';
import { forbiddenPage, unavailablePage } from './pages/message.ts';
import { sendPage } from './pages/send.ts';
import { isUnderDomain } from './redirect.ts';
import { waitForStep } from './refusal.ts';
import { hasSecondFactor } from './sessions.ts';
import { StoreUnavailable } from './store.ts';
import { parseTarget, type Target } from './target.ts';
import { turnAway } from './turn-away.ts';
import { acceptedTypes, wantsPage } from './wants-page.ts';

/**
 * Answers the edge's question whether a request may pass: 200 with the person's headers, a redirect to sign in, 401
 * for programs, 403, or 503 while sessions cannot be read. Nothing but 200 lets a request pass.
 * https://www.authelia.com/reference/guides/proxy-authorization/#forwardauth
 */
export async function forwardAuth(gate: Gate, context: Context<GateEnv>, endpoint: AuthzEndpoint): Promise<Response> {
  const start = performance.now();
  const { result, response } = await judge(gate, context, endpoint);
  gate.metrics.authz(result, (performance.now() - start) / 1000);
  return response;
}

interface Judgement {
  readonly result: AuthzResult;
  readonly response: Response;
}

async function judge(gate: Gate, context: Context<GateEnv>, endpoint: AuthzEndpoint): Promise<Judgement> {
  const refusal = await turnAway(gate, context);
  if (refusal) return { result: 'turned-away', response: refusal };
  const target = parseTarget({
    proto: context.req.header('x-forwarded-proto'),
    host: context.req.header('x-forwarded-host'),
    uri: context.req.header('x-forwarded-uri'),
    method: context.req.header('x-forwarded-method'),
  });
  const cookie = target && gate.config.cookies.find(({ domain }) => isUnderDomain(target.host, domain));
  if (!target || !cookie) return { result: 'malformed', response: context.text('400 Bad Request', 400) };
  try {
    return (await judgePassword(gate, context, target, cookie, endpoint)) ?? (await judgeTarget(gate, context, target, cookie, endpoint));
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    return { result: 'unavailable', response: await answer(gate, context, cookie, 503) };
  }
}

async function judgeTarget(
  gate: Gate,
  context: Context<GateEnv>,
  target: Target,
  cookie: CookieSettings,
  endpoint: AuthzEndpoint,
): Promise<Judgement> {
  const session = endpoint.takesSession ? await identify(gate, context, cookie) : undefined;
  const person = session?.person;
  const factors: 1 | 2 = session && hasSecondFactor(session) ? 2 : 1;
  const visitor = person && { name: person.username, groups: person.groups, factors };
  const decision = decide(gate.config.access, visitor, target, addressOf(context));
  switch (decision) {
    case 'allow':
      return { result: 'allowed', response: allow(person) };
    case 'sign-in':
      return { result: 'anonymous', response: askForMore(context, target, new URL(cookie.portalUrl), basicRealm(endpoint, cookie)) };
    case 'second-factor':
      return { result: 'second-factor', response: askForMore(context, target, new URL('/second-factor', cookie.portalUrl)) };
    case 'forbid':
      return { result: 'forbidden', response: await answer(gate, context, cookie, 403, person) };
  }
}

/**
 * Judges a request that brings a name and a password, at an endpoint that takes them and where a sign-in is asked for at all: what is
 * open to everybody may be guarded by the app itself, whose header it then is. A password alone is one factor.
 */
async function judgePassword(
  gate: Gate,
  context: Context<GateEnv>,
  target: Target,
  cookie: CookieSettings,
  endpoint: AuthzEndpoint,
): Promise<Judgement | undefined> {
  const start = performance.now();
  const header = context.req.header('authorization');
  const address = addressOf(context);
  if (endpoint.basicForMs === undefined || !isBasic(header)) return undefined;
  if (decide(gate.config.access, undefined, target, address) !== 'sign-in') return undefined;
  const checked = await gate.basic.check(header, address, endpoint.basicForMs);
  switch (checked.kind) {
    case 'unavailable':
      return { result: 'unavailable', response: await answer(gate, context, cookie, 503) };
    case 'wait':
      context.header('Retry-After', String(Math.ceil(checked.waitMs / 1000)));
      return { result: 'banned', response: context.text('429 Too Many Requests', 429) };
    case 'refused':
      await waitForStep(start, gate.refusalStepMs);
      return { result: 'refused', response: askForMore(context, target, new URL(cookie.portalUrl), basicRealm(endpoint, cookie)) };
    case 'accepted': {
      const { person } = checked;
      const visitor = { name: person.username, groups: person.groups, factors: 1 } as const;
      if (decide(gate.config.access, visitor, target, address) === 'allow') return { result: 'allowed', response: allow(person) };
      return { result: 'forbidden', response: await answer(gate, context, cookie, 403, person) };
    }
  }
}

function basicRealm(endpoint: AuthzEndpoint, { domain }: CookieSettings): string | undefined {
  return endpoint.basicForMs === undefined ? undefined : domain;
}

/** With plain headers, which the server writes as they are; Hono would make a header object of them first. */
function allow(person: Person | undefined): Response {
  if (!person) return new Response('200 OK');
  return new Response('200 OK', {
    headers: {
      'Content-Type': 'text/plain; charset=UTF-8',
      'Remote-User': headerText(person.username),
      'Remote-Groups': headerText(person.groups.join(',')),
      'Remote-Name': headerText(person.displayName),
      'Remote-Email': headerText(person.email),
    },
  });
}

/** UTF-8 bytes as header characters, as Authelia sends them; control characters never pass. */
function headerText(text: string): string {
  return Buffer.from(text.replaceAll(/\p{Cc}/gu, ''), 'utf8').toString('latin1');
}

/**
 * Sends a browser to the page where a proof is given, with the way back; a program is told 401, and how to bring
 * a password where one is taken. There, only who names HTML is a browser: programs of this kind take any type.
 */
function askForMore(context: Context<GateEnv>, target: Target, page: URL, realm?: string): Response {
  page.searchParams.set('rd', target.url);
  page.searchParams.set('rm', target.method);
  context.header('Location', page.href);
  if (realm !== undefined && !acceptedTypes(context).includes('text/html')) {
    context.header('WWW-Authenticate', `Basic realm="${realm}", charset="UTF-8"`);
    return context.text('401 Unauthorized', 401);
  }
  if (!wantsPage(context)) return context.text('401 Unauthorized', 401);
  return context.text('Sign in to go on.', ['GET', 'HEAD', 'OPTIONS'].includes(target.method) ? 302 : 303);
}

async function answer(
  gate: Gate,
  context: Context<GateEnv>,
  cookie: CookieSettings,
  status: 403 | 503,
  person?: Person,
): Promise<Response> {
  if (!wantsPage(context)) return context.text(status === 403 ? '403 Forbidden' : '503 Service Unavailable', status);
  if (status === 503) return await sendPage(context, gate.theme, cookie, unavailablePage(), 503);
  return await sendPage(context, gate.theme, cookie, forbiddenPage(person, cookie), 403);
}
