import { parseUrl } from '../../kit/parse-url.ts';
import type { CheckContext } from '../context.ts';
import type { EdgeAnswer, EdgeRequest } from '../senses/edge.ts';
import type { CookieJar } from './cookie-jar.ts';

/** Where a browser that begins at a page is led: away to another server, or to a page of the same one. */
export type Led =
  | { readonly kind: 'away'; readonly place: URL }
  | { readonly kind: 'page'; readonly path: string; readonly answer: EdgeAnswer };

export interface Visitor {
  readonly jar: CookieJar;
  readonly headers?: EdgeRequest['headers'];
}

const mostSteps = 10;

/** Goes where one server leads, as a browser does, and stops before the first request to another one. Throws where it is led in circles. */
export async function follow(
  { edge }: Pick<CheckContext, 'edge'>,
  first: URL,
  { jar, headers }: Visitor,
  signal: AbortSignal,
): Promise<Led> {
  let place = first;
  for (let step = 0; step < mostSteps; step++) {
    const cookie = jar.header();
    const request = { host: place.hostname, path: place.pathname + place.search };
    const answer = await edge.ask({ ...request, headers: { ...headers, ...(cookie === '' ? {} : { cookie }) } }, signal);
    jar.keep(answer);
    const next = locationOf(answer, place);
    if (!next) return { kind: 'page', path: place.pathname, answer };
    if (next.origin !== first.origin) return { kind: 'away', place: next };
    place = next;
  }
  throw new Error(`${first.host} leads in circles, at last to ${place.pathname}`);
}

/** Where this answer leads; undefined where it leads nowhere. */
function locationOf({ status, headers }: EdgeAnswer, base: URL): URL | undefined {
  const location = headers['location'];
  return status < 300 || status >= 400 || location === undefined ? undefined : parseUrl(location, base.href);
}
