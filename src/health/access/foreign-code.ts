import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { readLog } from '../fixes.ts';
import { cookieJar } from './cookie-jar.ts';
import type { Route } from './expected.ts';
import { routesOf } from './expected.ts';
import { follow } from './follow.ts';
import { callBack, madeUpCode, mistakeIn, readCallback, registrationOf } from './login.ts';
import type { Visit } from './token-client.ts';
import { askForCode } from './token-client.ts';

/** A code of one client is brought to the callback of every other app, with a state that this app itself has just made. */
export async function codeElsewhere(context: CheckContext, visit: Visit, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const apps = routesOf(context.stack).filter(({ name, access }) => access.kind === 'login' && name !== visit.own.name);
  return Promise.all(apps.map(async (route) => atCallback(context, visit, route, signal)));
}

async function atCallback(context: CheckContext, visit: Visit, route: Route, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: `access.${route.name}.foreign-code`, title: `A code of ${visit.own.id} signs nobody in to ${route.url}` };
  const { access } = route;
  const registered = access.kind === 'login' ? registrationOf(context, route, access) : undefined;
  if (access.kind !== 'login' || !registered) return skip(about, `${route.name} has no OIDC registration in this cluster`);
  const app = { jar: cookieJar() };
  const begun = await follow(context, new URL(access.start, route.url), app, signal);
  if (begun.kind === 'page') return skip(about, `where signing in begins it answers ${begun.answer.status}`);
  const mistake = mistakeIn(begun.place, registered);
  if (mistake !== undefined) return skip(about, mistake);
  const held = await askForCode(context, visit.endpoints, visit.own, visit.cookie, signal);
  if (typeof held === 'string') return skip(about, held);
  const place = new URL(begun.place.searchParams.get('redirect_uri') ?? '');
  place.search = new URLSearchParams({ code: held.code, state: begun.place.searchParams.get('state') ?? '' }).toString();
  const answer = await callBack(context, place, app, signal);
  const seen = readCallback(answer, await madeUpCode(context, route, access, place, signal), registered);
  return seen.is === 'enter' ? fail(about, seen.words, readLog(route.name)) : pass(about, seen.words);
}
