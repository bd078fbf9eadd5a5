import { reasonOf } from '../ask-unit.ts';
import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { bringUp } from '../fixes.ts';
import type { Seen } from './answer.ts';
import { readAnswer } from './answer.ts';
import type { Route } from './expected.ts';
import { expectedOf, routesOf } from './expected.ts';
import { shutOr } from './judge.ts';
import type { Person } from './roles.ts';
import { accountOf, nameOf } from './roles.ts';

/** Wrong passwords of one name in a row that the sign-on server still forgives by far. */
const mostWrong = 2;
/** What a program takes: it is told 401 where a person would be shown the way to the sign-in page. */
const program = 'application/json';
const comers = ['viewer', 'operator', 'admin', 'member', 'stranger'] as const;

/**
 * Name and password with each request: where a route takes them they are worth what a session is, and elsewhere nothing. The disabled
 * probe comes once, and wrong passwords are the stranger's, whose counter the next right one clears.
 */
export async function tryBasic(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const edge = routesOf(context.stack).filter(({ access }) => access.kind === 'edge');
  const taking = edge.filter(takesBasic);
  const results: CheckResult[] = [];
  for (const [index, route] of taking.entries()) {
    results.push(...(await Promise.all(comers.map(async (person) => asPerson(context, route, person, signal)))));
    results.push(await withWrongPassword(context, route, index, signal), await asDisabled(context, route, index, signal));
  }
  const others = edge.filter((route) => !takesBasic(route) && expectedOf(context.stack, route, 'anonymous') === 'sign-in');
  return [...results, ...(await Promise.all(others.map(async (route) => ignored(context, route, signal))))];
}

function takesBasic({ access }: Route): boolean {
  return access.kind === 'edge' && access.basic;
}

async function asPerson(context: CheckContext, route: Route, person: (typeof comers)[number], signal: AbortSignal): Promise<CheckResult> {
  const isWelcome = expectedOf(context.stack, route, person) === 'enter';
  const about = {
    id: `access.${route.name}.${person}.basic`,
    title: `${nameOf(person)} with name and password ${isWelcome ? 'gets in to' : 'is refused by'} ${route.url}`,
  };
  const seen = await come(context, route, { person, password: context.secret(accountOf(person).password), accept: program }, signal);
  if (seen.is === 'silent' || seen.is === 'unclear') return skip(about, seen.words);
  const state = context.units.find(({ service }) => service === route.name)?.state ?? 'absent';
  if (isWelcome && (seen.status ?? 0) >= 500 && state !== 'healthy') return skip(about, `${seen.words}, and ${route.name} is ${state}`);
  if (seen.is === (isWelcome ? 'enter' : 'refuse')) return pass(about, seen.words);
  return fail(about, seen.words, bringUp);
}

async function withWrongPassword(context: CheckContext, route: Route, index: number, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: `access.${route.name}.wrong.basic`, title: `A wrong password is refused by ${route.url}` };
  if (index >= mostWrong) return skip(about, 'more wrong passwords would lock the account of the probe');
  return unauthorized(
    context,
    about,
    route,
    await come(context, route, { person: 'stranger', password: 'datamancy-probe-wrong', accept: program }, signal),
  );
}

async function asDisabled(context: CheckContext, route: Route, index: number, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: `access.${route.name}.disabled.basic`, title: `A disabled person with name and password is refused by ${route.url}` };
  if (index > 0) return skip(about, 'tried at another route; more attempts would look like guessing');
  const password = context.secret(accountOf('disabled').password);
  return unauthorized(context, about, route, await come(context, route, { person: 'disabled', password, accept: program }, signal));
}

function unauthorized(context: CheckContext, about: { id: string; title: string }, route: Route, seen: Seen): CheckResult {
  if (seen.is === 'silent' || seen.is === 'unclear') return skip(about, seen.words);
  if (seen.isTurnedAway) return pass(about, seen.words);
  return fail(about, seen.words, shutOr(context, route, seen));
}

async function ignored(context: CheckContext, route: Route, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: `access.${route.name}.admin.basic`, title: `Name and password with a request are worth nothing at ${route.url}` };
  const seen = await come(
    context,
    route,
    { person: 'admin', password: context.secret(accountOf('admin').password), accept: 'text/html' },
    signal,
  );
  if (seen.is === 'silent' || seen.is === 'unclear') return skip(about, seen.words);
  if (seen.is === 'sign-in') return pass(about, seen.words);
  return fail(about, seen.words, shutOr(context, route, seen));
}

async function come(
  context: CheckContext,
  route: Route,
  { person, password, accept }: { readonly person: Person; readonly password: string; readonly accept: string },
  signal: AbortSignal,
): Promise<Seen> {
  const given = Buffer.from(`${accountOf(person).name}:${password}`).toString('base64');
  try {
    const answer = await context.edge.ask({ host: route.host, headers: { accept, authorization: `Basic ${given}` } }, signal);
    return readAnswer(context, route, answer);
  } catch (cause) {
    signal.throwIfAborted();
    return { is: 'silent', words: `no answer: ${reasonOf(cause)}` };
  }
}
