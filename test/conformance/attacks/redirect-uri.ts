import { type Attack, type Client, granted, refused, type Target } from './attack.ts';
import type { Outcome } from './outcome.ts';
import { authorize, codeRequest, placeOf, signedIn } from './relying-party.ts';

/** Asks for a code to be sent to that place, as somebody whose consent is not needed. */
async function askFor(target: Target, client: Client, redirect: string | readonly string[] | undefined): Promise<Outcome> {
  const { parameters } = codeRequest(client, { redirect_uri: redirect });
  const answer = await authorize(target, await signedIn(target), parameters);
  const place = placeOf(target, answer);
  const shown = answer.body.includes('code=') ? ['a code in the page'] : [];
  return { status: answer.status, gains: [...(place ? [`a redirect to ${place.origin}${place.pathname}`] : []), ...shown] };
}

function trick(id: string, tried: string, change: (redirect: string, target: Target) => string | readonly string[] | undefined): Attack {
  return refused(`redirect-uri.${id}`, tried, [400], async (target) =>
    askFor(target, target.clients.usual, change(target.clients.usual.redirect, target)),
  );
}

function hostOf(redirect: string): string {
  return new URL(redirect).host;
}

export const redirectUri: readonly Attack[] = [
  granted('redirect-uri.honest', 'asks for the very address that is registered', [302, 303], ['a code at the client'], async (target) => {
    const { usual } = target.clients;
    const { parameters } = codeRequest(usual);
    const answer = await authorize(target, await signedIn(target), parameters);
    const place = placeOf(target, answer);
    const isThere = place?.href.startsWith(`${usual.redirect}?`) && place.searchParams.has('code');
    return { status: answer.status, gains: isThere ? ['a code at the client'] : [] };
  }),
  trick('foreign', 'names another site', () => 'https://evil.test/callback'),
  trick('scheme-case', 'writes the scheme in capitals', (redirect) => redirect.replace('https:', 'HTTPS:')),
  trick('host-case', 'writes the host in capitals', (redirect) => redirect.replace(hostOf(redirect), hostOf(redirect).toUpperCase())),
  trick('path-case', 'writes the path in capitals', (redirect) => redirect.replace('callback', 'Callback')),
  trick('port', 'adds a port', (redirect) => redirect.replace(hostOf(redirect), `${hostOf(redirect)}:8443`)),
  trick('default-port', 'adds the port that is meant anyway', (redirect) => redirect.replace(hostOf(redirect), `${hostOf(redirect)}:443`)),
  trick('traversal', 'climbs out of the path', (redirect) => `${redirect}/../../evil`),
  trick('encoded-traversal', 'climbs out of the path in disguise', (redirect) => `${redirect}/%2e%2e/evil`),
  trick('back-to-itself', 'climbs out of the path and back', (redirect) => redirect.replace('callback', 'x/../callback')),
  trick('userinfo', 'puts the host before an @', (redirect) => redirect.replace(hostOf(redirect), `${hostOf(redirect)}@evil.test`)),
  trick('own-userinfo', 'adds a user name', (redirect) => redirect.replace('https://', 'https://evil@')),
  trick('fragment', 'adds a fragment', (redirect) => `${redirect}#evil`),
  trick('empty-fragment', 'adds an empty fragment', (redirect) => `${redirect}#`),
  trick('wildcard', 'asks for any path', (redirect) => redirect.replace('callback', '*')),
  trick('wildcard-host', 'asks for any host', (_, { domain }) => `https://*.${domain}/callback`),
  trick('query', 'adds a query', (redirect) => `${redirect}?next=https://evil.test`),
  trick('empty-query', 'adds an empty query', (redirect) => `${redirect}?`),
  trick('slash', 'adds a slash', (redirect) => `${redirect}/`),
  trick('prefix', 'goes on where the address ends', (redirect) => `${redirect}.evil`),
  trick('plain', 'leaves TLS', (redirect) => redirect.replace('https:', 'http:')),
  trick('other-scheme', 'names another scheme', (redirect) => redirect.replace('https:', 'evil:')),
  trick('script', 'names a script', () => 'javascript:alert(1)'),
  trick('suffix-host', 'goes on where the host ends', (redirect) => redirect.replace(hostOf(redirect), `${hostOf(redirect)}.evil.test`)),
  trick('subdomain', 'names a host below', (redirect) => redirect.replace('https://', 'https://evil.')),
  trick('dot', 'ends the host with a dot', (redirect) => redirect.replace(hostOf(redirect), `${hostOf(redirect)}.`)),
  trick('backslash', 'writes a backslash', (redirect) => `https://evil.test\\@${redirect.slice('https://'.length)}`),
  trick('encoded', 'encodes a letter of the path', (redirect) => redirect.replace('callback', '%63allback')),
  trick('encoded-twice', 'encodes the address twice', (redirect) => encodeURIComponent(redirect)),
  trick('space', 'begins with a space', (redirect) => ` ${redirect}`),
  trick('line', 'adds a line', (redirect) => `${redirect}\r\nX-Injected: yes`),
  trick('null', 'adds a null', (redirect) => `${redirect}\u0000`),
  trick('missing', 'names no address', () => undefined),
  trick('empty', 'names an empty address', () => ''),
  trick('other-client', 'names the address of another client', (_, { clients }) => clients.other.redirect),
  trick('two', 'names two addresses', (redirect) => [redirect, 'https://evil.test/callback']),
  trick('two-turned', 'names two addresses, the false one first', (redirect) => ['https://evil.test/callback', redirect]),
  refused('redirect-uri.native-host', 'names another host for a client on a person’s own machine', [400], async (target) =>
    askFor(target, target.clients.native, 'http://127.0.0.1.evil.test/callback'),
  ),
  refused('redirect-uri.unknown-client', 'names a client that is none', [400, 401], async (target) =>
    askFor(target, { id: 'nobody', redirect: 'https://evil.test/callback' }, 'https://evil.test/callback'),
  ),
];
