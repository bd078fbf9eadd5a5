import type { Context } from 'hono';
import { decide } from './access.ts';
import type { CookieSettings } from './config.ts';
import type { Person } from './directory.ts';
import type { Gate, GateEnv } from './gate.ts';
import { addressOf, identify } from './identify.ts';
import type { AuthzResult } from './metrics.ts';
import { forbiddenPage, secondFactorPage, unavailablePage } from './pages/message.ts';
import { sendPage } from './pages/send.ts';
import { isUnderDomain } from './redirect.ts';
import { StoreUnavailable } from './store.ts';
import { parseTarget, type Target } from './target.ts';

/**
 * Answers the edge's question whether a request may pass: 200 with the person's headers, a redirect to sign in, 401
 * for programs, 403, or 503 while sessions cannot be read. Nothing but 200 lets a request pass.
 * https://www.authelia.com/reference/guides/proxy-authorization/#forwardauth
 */
export async function forwardAuth(gate: Gate, context: Context<GateEnv>): Promise<Response> {
  const start = performance.now();
  const { result, response } = await judge(gate, context);
  gate.metrics.authz(result, (performance.now() - start) / 1000);
  return response;
}

interface Judgement {
  readonly result: AuthzResult;
  readonly response: Response;
}

async function judge(gate: Gate, context: Context<GateEnv>): Promise<Judgement> {
  const target = parseTarget({
    proto: context.req.header('x-forwarded-proto'),
    host: context.req.header('x-forwarded-host'),
    uri: context.req.header('x-forwarded-uri'),
    method: context.req.header('x-forwarded-method'),
  });
  const cookie = target && gate.config.cookies.find(({ domain }) => isUnderDomain(target.host, domain));
  if (!target || !cookie) return { result: 'malformed', response: context.text('400 Bad Request', 400) };
  try {
    return await judgeTarget(gate, context, target, cookie);
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    return { result: 'unavailable', response: await answer(gate, context, cookie, 503) };
  }
}

async function judgeTarget(gate: Gate, context: Context<GateEnv>, target: Target, cookie: CookieSettings): Promise<Judgement> {
  const person = (await identify(gate, context, cookie))?.person;
  const visitor = person && { name: person.username, groups: person.groups };
  const decision = decide(gate.config.access, visitor, target, addressOf(context));
  switch (decision) {
    case 'allow':
      return { result: 'allowed', response: allow(context, person) };
    case 'sign-in':
      return { result: 'anonymous', response: askToSignIn(context, target, cookie) };
    case 'second-factor':
      return { result: 'second-factor', response: await answer(gate, context, cookie, 403, person, 'second-factor') };
    case 'forbid':
      return { result: 'forbidden', response: await answer(gate, context, cookie, 403, person) };
  }
}

function allow(context: Context<GateEnv>, person: Person | undefined): Response {
  if (person) {
    context.header('Remote-User', headerText(person.username));
    context.header('Remote-Groups', headerText(person.groups.join(',')));
    context.header('Remote-Name', headerText(person.displayName));
    context.header('Remote-Email', headerText(person.email));
  }
  return context.text('200 OK');
}

/** UTF-8 bytes as header characters, as Authelia sends them; control characters never pass. */
function headerText(text: string): string {
  return Buffer.from(text.replaceAll(/\p{Cc}/gu, ''), 'utf8').toString('latin1');
}

function askToSignIn(context: Context<GateEnv>, target: Target, cookie: CookieSettings): Response {
  const portal = new URL(cookie.portalUrl);
  portal.searchParams.set('rd', target.url);
  portal.searchParams.set('rm', target.method);
  context.header('Location', portal.href);
  if (!wantsPage(context)) return context.text('401 Unauthorized', 401);
  return context.text('Sign in to go on.', ['GET', 'HEAD', 'OPTIONS'].includes(target.method) ? 302 : 303);
}

/** Whether a person looks at the answer: Authelia's rule, by Accept and X-Requested-With. */
function wantsPage(context: Context<GateEnv>): boolean {
  if (context.req.header('x-requested-with')?.toLowerCase() === 'xmlhttprequest') return false;
  const types = (context.req.header('accept') ?? '').split(',').map((type) => type.split(';')[0]?.trim());
  return types.includes('text/html') || types[0] === '*/*';
}

async function answer(
  gate: Gate,
  context: Context<GateEnv>,
  cookie: CookieSettings,
  status: 403 | 503,
  person?: Person,
  why?: 'second-factor',
): Promise<Response> {
  if (!wantsPage(context)) return context.text(status === 403 ? '403 Forbidden' : '503 Service Unavailable', status);
  if (status === 503) return await sendPage(context, gate.theme, cookie, unavailablePage(), 503);
  return await sendPage(context, gate.theme, cookie, why ? secondFactorPage(person, cookie) : forbiddenPage(person, cookie), 403);
}
