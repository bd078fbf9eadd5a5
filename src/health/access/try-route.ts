import { reasonOf } from '../ask-unit.ts';
import type { CheckContext } from '../context.ts';
import type { EdgeAnswer, EdgeRequest } from '../senses/edge.ts';
import type { SignedIn } from '../sign-in.ts';
import type { Seen } from './answer.ts';
import { readAnswer } from './answer.ts';
import type { Route } from './expected.ts';
import { tryLogin } from './login.ts';

/** How somebody comes to a route: with a session, or with whatever else he has in the place of one. */
export interface Attempt {
  readonly person?: Pick<SignedIn, 'cookie' | 'server'>;
  readonly headers?: EdgeRequest['headers'];
  readonly path?: string;
}

/** Comes to a route as people do, by the app's own sign-in where it has one, and says what became of it. */
export async function tryRoute(context: CheckContext, route: Route, attempt: Attempt, signal: AbortSignal): Promise<Seen> {
  try {
    if (route.access.kind === 'login') return await tryLogin(context, route, route.access, attempt, signal);
    return readAnswer(context, route, await ask(context, route, attempt, signal), attempt.person?.server);
  } catch (cause) {
    signal.throwIfAborted();
    return { is: 'silent', words: `no answer: ${reasonOf(cause)}` };
  }
}

async function ask({ edge }: CheckContext, { host }: Route, attempt: Attempt, signal: AbortSignal): Promise<EdgeAnswer> {
  const { person, headers, path } = attempt;
  const cookie = person ? { cookie: person.cookie } : {};
  return edge.ask({ host, headers: { ...headers, ...cookie }, ...(path === undefined ? {} : { path }) }, signal);
}
