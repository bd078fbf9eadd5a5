import * as z from 'zod';
import type { SignOnClient } from '../../stack/clients.ts';
import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { closeAtOnce, readLog } from '../fixes.ts';
import type { Route } from './expected.ts';
import { expectedOf, routesOf } from './expected.ts';
import { codeElsewhere } from './foreign-code.ts';
import { signOnOf, withPeople } from './people.ts';
import { groupsOfRole, people } from './roles.ts';
import type { Tokens, Visit } from './token-client.ts';
import { askForCode, discover, postAs, redeem } from './token-client.ts';
import { tryRoute } from './try-route.ts';

const usable = { id: 'access.tokens', title: 'A client gets tokens for a person' };

/** What was made for one client is worth nothing in the hands of another, nor as a password at the edge. */
export async function tryTokens(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const [own] = context.stack.clients.filter(canSignIn);
  const host = signOnOf(context.stack)?.host;
  if (!own || host === undefined)
    return [skip(usable, 'this cluster has no client with a secret that signs people in without asking them')];
  const person = people.find((one) => one !== 'disabled' && isWelcome(context, own, one));
  if (person === undefined) return [skip(usable, `no probe is in a group that may sign in to ${own.id}`)];
  return withPeople(context, [person], signal, async ({ [person]: entered }) => {
    if (entered?.kind !== 'in') return [skip(usable, `nobody could sign in: ${entered?.why ?? ''}`)];
    const visit = { endpoints: await discover(context, host, signal), own, cookie: entered.cookie };
    const code = await askForCode(context, visit.endpoints, own, visit.cookie, signal);
    if (typeof code === 'string') return [fail(usable, `${own.id} gets no code: ${code}`, fixOf(context))];
    const { answer, tokens } = await redeem(context, visit.endpoints, own, code, signal);
    if (!tokens) return [fail(usable, `${own.id} cannot redeem its code: ${answer.status} ${errorOf(answer.body)}`, fixOf(context))];
    try {
      return [pass(usable, `as ${own.id}`), ...(await everywhere(context, visit, tokens, signal))];
    } finally {
      await postAs(context, own, visit.endpoints.revocation_endpoint, { token: tokens.access_token }, AbortSignal.timeout(5000)).catch(
        () => undefined,
      );
    }
  });
}

/** Whether codes can be had for it with a session alone: nothing is to be consented to, which would be remembered. */
function canSignIn({ secret, authMethod, consent, secondFactor, responseTypes }: SignOnClient): boolean {
  return hasOwnSecret({ secret, authMethod }) && consent === 'implicit' && !secondFactor && responseTypes.includes('code');
}

function hasOwnSecret({ secret, authMethod }: Pick<SignOnClient, 'authMethod'> & { readonly secret?: unknown }): boolean {
  return secret !== undefined && (authMethod === 'client_secret_basic' || authMethod === 'client_secret_post');
}

function isWelcome({ stack }: CheckContext, { groups }: SignOnClient, person: (typeof people)[number]): boolean {
  return groups === undefined || groupsOfRole(person, stack.groups).some((group) => groups.includes(group));
}

async function everywhere(context: CheckContext, visit: Visit, tokens: Tokens, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const other = context.stack.clients.find((client) => client.id !== visit.own.id && hasOwnSecret(client));
  const guarded = routesOf(context.stack).filter(
    (route) => route.access.kind === 'edge' && expectedOf(context.stack, route, 'anonymous') === 'sign-in',
  );
  return [
    audience(context, visit, tokens),
    await userinfo(context, visit, tokens, signal),
    ...(other
      ? [await introspection(context, visit, other, tokens, signal), await codeRedeemed(context, visit, other, signal)]
      : [lonely()]),
    ...(await codeElsewhere(context, visit, signal)),
    ...(await Promise.all(guarded.map(async (route) => bearer(context, route, tokens, signal)))),
  ];
}

function lonely(): CheckResult {
  const about = { id: 'access.tokens.other', title: 'Another client can do nothing with them' };
  return skip(about, 'this cluster has no second client with a secret; one under clients: of cluster.yaml would do');
}

const audienceSchema = z.object({ aud: z.union([z.string(), z.array(z.string())]) });

function audience(context: CheckContext, { own }: Visit, { id_token: token }: Tokens): CheckResult {
  const about = { id: 'access.tokens.audience', title: `The ID token of ${own.id} says that it is for ${own.id} alone` };
  const { aud } = audienceSchema.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  const named = [aud].flat();
  const words = `its audience is ${named.join(', ')}`;
  return named.length === 1 && named[0] === own.id ? pass(about, words) : fail(about, words, fixOf(context));
}

async function userinfo(context: CheckContext, { endpoints }: Visit, tokens: Tokens, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: 'access.tokens.userinfo', title: 'The access token says who signed in, and the ID token is none' };
  const { hostname: host, pathname: path } = new URL(endpoints.userinfo_endpoint);
  const [own, id] = await Promise.all(
    [tokens.access_token, tokens.id_token].map(async (token) =>
      context.edge.ask({ host, path, headers: { accept: 'application/json', authorization: `Bearer ${token}` } }, signal),
    ),
  );
  const words = `${own?.status ?? 0} to the access token, ${id?.status ?? 0} to the ID token`;
  return own?.status === 200 && id?.status === 401 ? pass(about, words) : fail(about, words, fixOf(context));
}

/** An answer to the other client means something only where the token is known to be good: the client it was made for is told so. */
async function introspection(
  context: CheckContext,
  { endpoints, own }: Visit,
  other: SignOnClient,
  { access_token: token }: Tokens,
  signal: AbortSignal,
): Promise<CheckResult> {
  const about = { id: 'access.tokens.introspection', title: `${other.id} is not told what the access token of ${own.id} is worth` };
  const asOwn = await postAs(context, own, endpoints.introspection_endpoint, { token }, signal);
  if (!isActive(asOwn.body)) return skip(about, `${own.id} is not told either: ${asOwn.status}`);
  const answer = await postAs(context, other, endpoints.introspection_endpoint, { token }, signal);
  const words = `it is told ${answer.status} ${answer.status === 200 ? answer.body.slice(0, 60) : errorOf(answer.body)}`;
  return isActive(answer.body) ? fail(about, words, fixOf(context)) : pass(about, words);
}

function isActive(body: string): boolean {
  return /"active"\s*:\s*true/.test(body);
}

async function codeRedeemed(
  context: CheckContext,
  { endpoints, own, cookie }: Visit,
  other: SignOnClient,
  signal: AbortSignal,
): Promise<CheckResult> {
  const about = { id: 'access.tokens.code', title: `${other.id} cannot redeem a code of ${own.id}` };
  const code = await askForCode(context, endpoints, own, cookie, signal);
  if (typeof code === 'string') return skip(about, code);
  const { answer } = await redeem(context, endpoints, other, code, signal);
  const words = `it is told ${answer.status} ${errorOf(answer.body)}`;
  return answer.status === 400 && errorOf(answer.body) === 'invalid_grant' ? pass(about, words) : fail(about, words, fixOf(context));
}

async function bearer(context: CheckContext, route: Route, tokens: Tokens, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: `access.${route.name}.bearer`, title: `Tokens of an app are worth nothing at ${route.url}` };
  const tried = await Promise.all(
    [tokens.access_token, tokens.id_token].map(async (token) =>
      tryRoute(context, route, { headers: { authorization: `Bearer ${token}` } }, signal),
    ),
  );
  const open = tried.find(({ is, isTurnedAway }) => is !== 'sign-in' && is !== 'silent' && is !== 'unclear' && !isTurnedAway);
  if (open) return fail(about, open.words, closeAtOnce(context.stack, route.name));
  const silent = tried.find(({ is }) => is === 'silent' || is === 'unclear');
  return silent ? skip(about, silent.words) : pass(about, tried.map(({ words }) => words).join('; '));
}

function fixOf({ stack }: CheckContext): string {
  return readLog(signOnOf(stack)?.name ?? 'gate');
}

/** The code of a refusal (RFC 6749, section 5.2); nothing that could hold a token is ever repeated. */
function errorOf(body: string): string {
  return /"error"\s*:\s*"([a-z_]{1,60})"/.exec(body)?.[1] ?? '';
}
