import type { OidcGrant } from '../../contracts/index.ts';
import type { SignOnClient } from '../../stack/clients.ts';
import type { ResolvedAccess } from '../../stack/stack.ts';
import type { CheckContext } from '../context.ts';
import type { EdgeAnswer } from '../senses/edge.ts';
import type { Seen } from './answer.ts';
import { failing, secondFactorPath } from './answer.ts';
import { cookieJar } from './cookie-jar.ts';
import type { Route } from './expected.ts';
import type { Led, Visitor } from './follow.ts';
import { follow } from './follow.ts';
import type { Attempt } from './try-route.ts';

/** An app's registration at the sign-on server, and where that server is asked for a code. */
export interface Registration {
  readonly client: SignOnClient;
  readonly authorizeUrl: string;
}

type Login = Extract<ResolvedAccess, { kind: 'login' }>;

/**
 * Signs in by the app's own OIDC login: from its start by way of the sign-on server to its callback, which is called for real. Of two
 * first visits of a person at once an app may refuse one, because it was making the account for the other: such an answer is tried again.
 */
export async function tryLogin(context: CheckContext, route: Route, access: Login, attempt: Attempt, signal: AbortSignal): Promise<Seen> {
  const seen = await tryOnce(context, route, access, attempt, signal);
  return seen.is === 'amiss' && [400, 409, 500].includes(seen.status ?? 0) ? tryOnce(context, route, access, attempt, signal) : seen;
}

async function tryOnce(
  context: CheckContext,
  route: Route,
  access: Login,
  { person, headers = {} }: Attempt,
  signal: AbortSignal,
): Promise<Seen> {
  const registered = registrationOf(context, route, access);
  if (!registered) return { is: 'unclear', words: `${route.name} has no OIDC registration in this cluster` };
  const app: Visitor = { jar: cookieJar(), headers };
  const begun = await follow(context, new URL(access.start, route.url), app, signal);
  if (begun.kind === 'page') return notBegun(context, route, begun);
  const mistake = mistakeIn(begun.place, registered);
  if (mistake !== undefined) return { is: 'amiss', words: mistake };
  const led = await follow(context, begun.place, { jar: cookieJar(person?.cookie), headers }, signal);
  if (led.kind === 'page') return readPage(context, led, person);
  if (!registered.client.redirects.includes(`${led.place.origin}${led.place.pathname}`)) {
    return { is: 'amiss', words: `the sign-on server leads to ${led.place.origin}${led.place.pathname}, which is not the app's callback` };
  }
  const refusal = led.place.searchParams.get('error');
  if (refusal === 'access_denied') return { is: 'refuse', words: 'the sign-on server tells the app access_denied' };
  if (refusal !== null || !led.place.searchParams.has('code')) {
    return { is: 'amiss', words: `the sign-on server tells the app ${refusal ?? 'nothing'}` };
  }
  const answer = await callBack(context, led.place, app, signal);
  return readCallback(answer, await madeUpCode(context, route, access, led.place, signal), registered);
}

/** What this login was granted; the contract of its kind made the grant, so it has the contract's shape. */
export function registrationOf({ stack }: CheckContext, { name, grants }: Route, { need }: Login): Registration | undefined {
  const record = grants.find(({ kind, key }) => kind === 'oidc' && key === need);
  const client = stack.clients.find((one) => one.section === 'services' && one.name === name);
  return record && client && { client, authorizeUrl: (record.grant as OidcGrant).authorizeUrl };
}

/** Calls an app's callback once with what the sign-on server gave. */
export async function callBack({ edge }: CheckContext, place: URL, { jar, headers }: Visitor, signal: AbortSignal): Promise<EdgeAnswer> {
  const cookie = jar.header();
  const path = place.pathname + place.search;
  return edge.ask({ host: place.hostname, path, headers: { ...headers, ...(cookie === '' ? {} : { cookie }) } }, signal);
}

/** What the app answers to a code that nobody made, in a sign-in that it began: some send the browser on all the same. */
export async function madeUpCode(context: CheckContext, route: Route, access: Login, given: URL, signal: AbortSignal): Promise<EdgeAnswer> {
  const app = { jar: cookieJar() };
  const begun = await follow(context, new URL(access.start, route.url), app, signal);
  const place = new URL(given);
  place.searchParams.set('code', 'datamancy-probe-no-such-code');
  place.searchParams.set('state', begun.kind === 'away' ? (begun.place.searchParams.get('state') ?? '') : '');
  return callBack(context, place, app, signal);
}

/** What an app made of a code: a session and the way on, or an error, a new start of the whole, or what it says to a made-up code. */
export function readCallback(answer: EdgeAnswer, toMadeUp: EdgeAnswer, { authorizeUrl }: Registration): Seen {
  const { status, headers } = answer;
  const location = headers['location'] ?? '';
  const words = `its callback answers ${status}${location === '' ? '' : ` and leads to ${location.split('?')[0] ?? ''}`}`;
  const isError = status >= 400 || /[?&#]error/i.test(location) || location.startsWith(authorizeUrl);
  if (isError) return { is: 'amiss', words: `the app does not take the code: ${words}`, status };
  if (gist(answer) === gist(toMadeUp)) return { is: 'amiss', words: `${words}, as it does for a code that nobody made`, status };
  return { is: 'enter', words, status };
}

/** What of an answer tells success from failure, without what differs each time. */
function gist({ status, headers, cookies }: EdgeAnswer): string {
  const names = cookies.map((cookie) => cookie.split('=')[0] ?? '').toSorted();
  return [status, (headers['location'] ?? '').split('?')[0], ...names].join(' ');
}

function notBegun(context: CheckContext, { name }: Route, { answer: { status } }: Extract<Led, { kind: 'page' }>): Seen {
  const state = context.units.find(({ service }) => service === name)?.state ?? 'absent';
  if (status >= 500 && state !== 'healthy') return { is: 'unclear', words: `${name} is ${state}` };
  const words = `where signing in begins it answers ${status} and does not lead to the sign-on server`;
  return status >= 500 ? failing(context, status, words) : { is: 'amiss', words, status };
}

/** What the app asks of the sign-on server, compared with what was granted (RFC 6749, section 4.1.1; RFC 7636, section 4.3). */
export function mistakeIn({ origin, pathname, searchParams: given }: URL, { client, authorizeUrl }: Registration): string | undefined {
  if (`${origin}${pathname}` !== authorizeUrl) return `signing in leads to ${origin}${pathname} and not to ${authorizeUrl}`;
  const saysAs = (name: string, isRight: (value: string) => boolean): readonly string[] => {
    const value = given.get(name) ?? '';
    return isRight(value) ? [] : [`${name} is ${value === '' ? 'absent' : value}`];
  };
  const wrong = [
    ...saysAs('client_id', (value) => value === client.id),
    ...saysAs('redirect_uri', (value) => client.redirects.includes(value)),
    ...saysAs('response_type', (value) => value === 'code'),
    ...saysAs('scope', (value) => value.split(' ').includes('openid')),
    ...saysAs('state', (value) => value !== ''),
    ...(client.requirePkce
      ? [...saysAs('code_challenge', (value) => value !== ''), ...saysAs('code_challenge_method', (value) => value === 'S256')]
      : []),
  ];
  return wrong.length === 0 ? undefined : `the app does not ask as it was granted: ${wrong.join(', ')}`;
}

function readPage(context: CheckContext, { path, answer }: Extract<Led, { kind: 'page' }>, person: Attempt['person']): Seen {
  const { status } = answer;
  const words = `the sign-on server shows ${path} (${status})`;
  const asksPassword = /type="password"/i.test(answer.body);
  if (path.startsWith(secondFactorPath)) return { is: 'second factor', words, status };
  if (asksPassword) return { is: 'sign-in', words, status };
  if (path === '/' && status === 200) return { is: person?.server === 'authelia' ? 'second factor' : 'sign-in', words, status };
  if (status >= 500) return failing(context, status, words);
  return { is: status === 403 ? 'refuse' : 'amiss', words, status };
}
