import { parseUrl } from '../../kit/parse-url.ts';
import { notRunning } from '../ask-unit.ts';
import type { CheckContext } from '../context.ts';
import type { EdgeAnswer } from '../senses/edge.ts';
import type { Outcome, Route } from './expected.ts';
import { signOnOf } from './people.ts';

/** What became of a request: an outcome, an answer that is none, or nothing that says anything about access. */
export interface Seen {
  readonly is: Exclude<Outcome, 'app decides'> | 'amiss' | 'unclear' | 'silent';
  readonly words: string;
  /** Of the answer that decided; absent where there was none. */
  readonly status?: number;
  /** The sign-on server, and not the app, told a program that it may not pass. */
  readonly isTurnedAway?: true;
}

/** What the edge says it is when it asks a program for name and password. */
const signOnRealm = 'Sign in';

/** Where the second factor is asked for. Authelia does it where it asks for the first. */
export const secondFactorPath = '/second-factor';

/** Reads the edge's answer to a request for a route as it is seen by who has this session, or none. */
export function readAnswer(context: CheckContext, route: Route, answer: EdgeAnswer, server?: 'gate' | 'authelia'): Seen {
  const { status } = answer;
  const place = signOnPlaceOf(context, answer);
  if (place) return { ...leadsBack(route, place, server), status };
  if (status === 403) return { is: 'refuse', words: 'it answers 403', status };
  if (status === 401)
    return { is: 'amiss', words: 'it answers 401', status, ...(isTurnedAway(context, answer) ? { isTurnedAway: true } : {}) };
  // Whoever says it, the sign-on server or the app, has not looked at who asks.
  if (status === 429) return { is: 'unclear', words: 'it answers 429, too many requests lately', status };
  if (status === 400 || status === 421) return { is: 'amiss', words: `it answers ${status}`, status };
  if (status < 500) return { is: 'enter', words: `it answers ${status}`, status };
  return failing(context, status, `it answers ${status}`);
}

/** The place on the sign-on server to which this answer sends; undefined where it sends to none. */
export function signOnPlaceOf(context: CheckContext, answer: EdgeAnswer): URL | undefined {
  return [302, 303].includes(answer.status) ? namedPlaceOf(context, answer) : undefined;
}

/** A program is told 401 with the place of the sign-in page, or is asked for name and password by the edge. */
function isTurnedAway(context: CheckContext, answer: EdgeAnswer): boolean {
  return namedPlaceOf(context, answer) !== undefined || answer.headers['www-authenticate']?.includes(`realm="${signOnRealm}"`) === true;
}

function namedPlaceOf({ stack }: CheckContext, { headers }: EdgeAnswer): URL | undefined {
  const place = parseUrl(headers['location'] ?? '');
  return place?.origin === stack.providers['sign-on']?.url ? place : undefined;
}

function leadsBack({ url }: Route, { pathname, searchParams }: URL, server: 'gate' | 'authelia' | undefined): Seen {
  const back = searchParams.get('rd') ?? '';
  const isSecond = pathname === secondFactorPath || server === 'authelia';
  const page = isSecond ? 'the page for the second factor' : 'the sign-in page';
  if (parseUrl(back)?.origin === url) {
    return { is: isSecond ? 'second factor' : 'sign-in', words: `it leads to ${page}, and back to ${back}` };
  }
  return { is: 'amiss', words: `${page} would lead back to ${back === '' ? 'nowhere' : back}` };
}

/** Where the sign-on server does not run, an error says nothing about who may enter; else it is what the words say. */
export function failing({ stack, units }: CheckContext, status: number, words: string): Seen {
  const down = notRunning(units, signOnOf(stack)?.name ?? '');
  return down === undefined ? { is: 'amiss', words, status } : { is: 'unclear', words: `nobody gets in, because ${down}`, status };
}
