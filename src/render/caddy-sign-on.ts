import type { Bypass } from '../service/index.ts';
import { patternBelow } from '../stack/access.ts';
import type { ResolvedAccess, ResolvedStack } from '../stack/stack.ts';
import { addressOf, block } from './caddy-block.ts';

/** What the sign-on server says about a person, and what nobody else may say (Authelia's names). */
const identityHeaders = ['Remote-User', 'Remote-Groups', 'Remote-Name', 'Remote-Email'];

/**
 * Without a sign-on server, what needs one stays shut. A page that says nothing about caches is asked for anew each time: a browser
 * would otherwise show it after its reader has signed out (RFC 9111, section 4.2.2).
 */
export function signOnSnippets({ providers, services }: ResolvedStack): readonly string[] {
  const provider = providers['sign-on'];
  const takesBasic = services.some(({ access }) => access?.kind === 'edge' && access.basic);
  return [snippet('sign-on', 'forward-auth', []), ...(takesBasic ? [snippet('sign-on-basic', 'forward-auth-basic', challenge)] : [])];

  function snippet(name: string, endpoint: string, more: readonly string[]): string {
    if (!provider) return block(`(${name})`, ['respond "No sign-on server is part of this cluster." 503']);
    const asks = [`uri /api/authz/${endpoint}`, `copy_headers ${identityHeaders.join(' ')}`, ...more];
    return block(`(${name})`, [block(`forward_auth ${addressOf(provider.address)}`, asks), 'header ?Cache-Control "private, no-cache"']);
  }
}

/** Programs send name and password once they are asked for them, and Authelia does not ask where a session would do as well. */
const challenge = [
  '@refused status 401',
  block('handle_response @refused', [
    block('header', ['WWW-Authenticate `Basic realm="Sign in", charset="UTF-8"`', 'defer']),
    'copy_response 401',
  ]),
];

/**
 * Asks who the visitor is, and tells the app under the names it reads. A password that the sign-on server has checked goes no further.
 * Caddy before 2.11 sets a header that the answer lacks to the placeholder's own name, as where the sign-on is bypassed.
 */
export function signOnOf({ basic, identity, bypass }: Extract<ResolvedAccess, { kind: 'edge' }>): readonly string[] {
  const own = Object.entries(identity).map(([fact, header]) => ({ from: sources[fact], header }));
  return [
    ...own.flatMap(({ header }) => spellings(header).map((spelling) => `request_header -${spelling}`)),
    `import ${basic ? 'sign-on-basic' : 'sign-on'}`,
    ...(bypass.length > 0 ? ['@nobody header_regexp Remote-User ^[{]', 'request_header @nobody -Remote-*'] : []),
    ...own.map(({ from, header }) => `request_header ${header} {http.request.header.${from}}`),
    ...(basic ? passwordKept(bypass) : []),
  ];
}

/** The app gets no password, but whatever it asks for itself where the sign-on is bypassed. */
function passwordKept(bypass: readonly Bypass[]): readonly string[] {
  if (bypass.length === 0) return ['request_header -Authorization'];
  const own = bypass.map(({ path }) => patternBelow(path, '(/|$)')).join('|');
  return [`@guarded not path_regexp ${own}`, 'request_header @guarded -Authorization'];
}

/** The header of sign-on in which each fact about a person comes. */
const sources: Readonly<Record<string, string>> = {
  user: 'Remote-User',
  groups: 'Remote-Groups',
  name: 'Remote-Name',
  email: 'Remote-Email',
};

/** CGI and WSGI read a dash and an underscore alike, so a visitor could send either in each place. */
function spellings(header: string): readonly string[] {
  return header
    .split('-')
    .reduce<readonly string[]>(
      (done, word) => (done.length === 0 ? [word] : done.flatMap((start) => [`${start}-${word}`, `${start}_${word}`])),
      [],
    );
}
