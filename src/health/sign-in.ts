import { sessionCookie } from '../contracts/index.ts';
import type { EdgeClient } from './senses/edge.ts';

/** A person signed in at the sign-on server, through the edge as everybody. */
export interface SignedIn {
  readonly kind: 'in';
  /** Where Authelia asks for the second factor is where it asks for the first; gate has a page for it. */
  readonly server: 'gate' | 'authelia';
  /** For the Cookie header of every route. */
  readonly cookie: string;
  readonly signOut: (signal: AbortSignal) => Promise<void>;
}

export interface NotSignedIn {
  readonly kind: 'out';
  /** The name and the password were looked at and not taken. */
  readonly isRefused: boolean;
  readonly why: string;
}

interface Portal {
  readonly host: string;
  /** Its public address, without a slash at the end. */
  readonly url: string;
}

/** Signs in by gate's form, or where there is none by Authelia's API: https://www.authelia.com/reference/api/ */
export async function signIn(
  edge: EdgeClient,
  portal: Portal,
  person: { readonly name: string; readonly password: string },
  signal: AbortSignal,
): Promise<SignedIn | NotSignedIn> {
  const page = await edge.ask({ host: portal.host }, signal);
  if (page.status !== 200) return { kind: 'out', isRefused: false, why: `the sign-in page answers ${page.status}` };
  const csrf = fieldOf(page.body);
  const own = { origin: portal.url, 'sec-fetch-site': 'same-origin' };
  const answer =
    csrf === undefined
      ? await edge.ask(
          {
            host: portal.host,
            path: '/api/firstfactor',
            method: 'POST',
            headers: { ...own, accept: 'application/json', 'content-type': 'application/json' },
            body: JSON.stringify({ username: person.name, password: person.password, keepMeLoggedIn: false }),
          },
          signal,
        )
      : await edge.ask(
          {
            host: portal.host,
            path: '/login',
            method: 'POST',
            headers: { ...own, cookie: page.cookies.join('; '), 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({ csrf, username: person.name, password: person.password }).toString(),
          },
          signal,
        );
  const cookie = answer.cookies.find((one) => one.startsWith(`${sessionCookie}=`) && one.length > sessionCookie.length + 1);
  if (answer.status >= 400 || cookie === undefined) {
    return { kind: 'out', isRefused: answer.status === 401, why: whyOf(answer.status) };
  }
  return {
    kind: 'in',
    server: csrf === undefined ? 'authelia' : 'gate',
    cookie,
    signOut: (until) => (csrf === undefined ? leaveAuthelia(edge, portal, cookie, until) : leaveGate(edge, portal, cookie, until)),
  };
}

function whyOf(status: number): string {
  if (status === 401) return 'the directory did not take the password';
  if (status === 429) return 'too many failed sign-ins lately';
  return `the sign-on server answers ${status}`;
}

function fieldOf(page: string): string | undefined {
  return /name="csrf" value="([^"]+)"/.exec(page)?.[1];
}

async function leaveGate(edge: EdgeClient, { host, url }: Portal, cookie: string, signal: AbortSignal): Promise<void> {
  const page = await edge.ask({ host, path: '/logout', headers: { cookie } }, signal);
  const headers = {
    cookie: [cookie, ...page.cookies].join('; '),
    origin: url,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  };
  await edge.ask(
    { host, path: '/logout', method: 'POST', headers, body: new URLSearchParams({ csrf: fieldOf(page.body) ?? '' }).toString() },
    signal,
  );
}

async function leaveAuthelia(edge: EdgeClient, { host, url }: Portal, cookie: string, signal: AbortSignal): Promise<void> {
  await edge.ask(
    { host, path: '/api/logout', method: 'POST', headers: { cookie, origin: url, 'content-type': 'application/json' }, body: '{}' },
    signal,
  );
}
