import type { FinalContent } from '../service/index.ts';
import { lines } from '../service/index.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';

/** What the sign-on server says about a person, and what nobody else may say (Authelia's names). */
const identityHeaders = ['Remote-User', 'Remote-Groups', 'Remote-Name', 'Remote-Email'];

/** The Caddyfile of the edge: one site for each route, in the order of the services' names. Caddy 2.6 and 2.11 both take it. */
export function renderCaddyfile(stack: ResolvedStack, edge: ResolvedService): FinalContent {
  const blocks = [globalOptions(stack), siteSnippet(stack), signOnSnippet(stack), ...ownPorts(stack, edge)];
  const sites = stack.services.flatMap((service) => siteOf(stack, service));
  return lines(...[...blocks, ...sites, redirectToHttps(stack), unknownHosts()].join('\n\n').split('\n'));
}

function globalOptions({ edge, declaration, placement }: ResolvedStack): string {
  const issuer = declaration.tls === 'internal' ? ['local_certs'] : [`email ${declaration.tls.acme.email}`];
  const bind = placement.runtime === 'process' ? [`default_bind ${edge.bind}`] : [];
  return block('', [
    'admin off',
    'auto_https disable_redirects',
    `http_port ${edge.http}`,
    `https_port ${edge.https}`,
    ...bind,
    ...issuer,
    'skip_install_trust',
    'grace_period 5s',
    block('servers', ['protocols h1 h2', 'max_header_size 64KB', block('timeouts', ['read_header 10s', 'idle 2m']), 'metrics']),
  ]);
}

/** HSTS only where HTTPS has its own port: a browser keeps another port when it goes from http to https, and would miss. */
function siteSnippet({ edge }: ResolvedStack): string {
  const headers = ['?X-Content-Type-Options nosniff', '?Referrer-Policy strict-origin-when-cross-origin', '-Server', '-Via'];
  const transport = edge.https === 443 ? ['Strict-Transport-Security "max-age=31536000"'] : [];
  return block('(site)', [
    'encode zstd gzip',
    block('header', [...transport, ...headers, 'defer']),
    block('request_body', ['max_size 10GB']),
    block('handle_errors', [
      block('header', ['-Server', 'Content-Type "text/html; charset=utf-8"', 'Retry-After 5']),
      '@away expression `{http.error.status_code} >= 502`',
      'respond @away `<!doctype html><title>Not available</title><h1>This service does not answer</h1><p>It may be starting. Try again in a moment.</p>` {http.error.status_code}',
      'respond `<!doctype html><title>Error</title><h1>{http.error.status_code} {http.error.status_text}</h1>` {http.error.status_code}',
    ]),
  ]);
}

/**
 * Without a sign-on server, what needs one stays shut. A page that says nothing about caches is asked for anew each time: a browser
 * would otherwise show it after its reader has signed out (RFC 9111, section 4.2.2).
 */
function signOnSnippet({ providers }: ResolvedStack): string {
  const provider = providers['sign-on'];
  if (!provider) return block('(sign-on)', ['respond "No sign-on server is part of this cluster." 503']);
  return block('(sign-on)', [
    block(`forward_auth ${addressOf(provider.address)}`, ['uri /api/authz/forward-auth', `copy_headers ${identityHeaders.join(' ')}`]),
    'header ?Cache-Control "private, no-cache"',
  ]);
}

/** Ports of the edge itself, for its healthcheck and for whoever scrapes it. */
function ownPorts({ placement }: ResolvedStack, { name, service }: ResolvedService): readonly string[] {
  const { health, metrics } = service;
  const sites = new Map<string, string[]>();
  if ('path' in health) answer(health.port, `respond ${health.path} 200`);
  if (metrics) answer(metrics.port, `metrics ${metrics.path}`);
  return [...sites].map(([address, directives]) => block(address, directives));

  function answer(portName: string, directive: string): void {
    const port = service.ports[portName];
    if (!port) return;
    const { address, port: number } = placement.listen(name, portName, port);
    const site = `http://:${number}`;
    sites.set(site, [...(sites.get(site) ?? [`bind ${address}`]), directive]);
  }
}

/** `route` keeps the order: Caddy would otherwise drop a visitor's own identity headers only after sign-on has set the true ones. */
function siteOf({ placement }: ResolvedStack, { name, service, host, groups }: ResolvedService): readonly string[] {
  const { route } = service;
  const port = route && service.ports[route.port];
  if (!port || host === undefined) return [];
  const proxy = block(`reverse_proxy ${addressOf(placement.reach(name, route.port, port))}`, [
    block('transport http', ['dial_timeout 3s']),
  ]);
  const stripped = ['request_header -Remote-*', 'request_header -Remote_*'];
  return [block(`https://${host}`, ['import site', block('route', [...stripped, ...(groups ? ['import sign-on'] : []), proxy])])];
}

function redirectToHttps({ services, edge }: ResolvedStack): string {
  const hosts = services.flatMap(({ host }) => (host === undefined ? [] : [`http://${host}`]));
  if (hosts.length === 0) return '';
  const port = edge.https === 443 ? '' : `:${edge.https}`;
  return block(hosts.join(',\n'), ['header -Server', `redir https://{host}${port}{uri} 308`]);
}

function unknownHosts(): string {
  return block('http://, https://', ['header -Server', 'respond "No such host in this cluster." 404']);
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function block(head: string, directives: readonly string[]): string {
  const body = directives.flatMap((directive) => directive.split('\n')).map((line) => `\t${line}`);
  return [head === '' ? '{' : `${head} {`, ...body, '}'].join('\n');
}
