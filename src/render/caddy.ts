import { sessionCookie } from '../contracts/index.ts';
import type { FinalContent, Service } from '../service/index.ts';
import { lines } from '../service/index.ts';
import { placementAtDoor } from '../stack/door.ts';
import type { ResolvedAccess, ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { authorityOption, signedByAuthority } from './caddy-authority.ts';
import { addressOf, block, noSuchHost } from './caddy-block.ts';
import { accessLog, admission, admitSnippet, ownAdmission } from './caddy-bouncer.ts';
import { signOnOf, signOnSnippets } from './caddy-sign-on.ts';
import { wellKnownSite } from './caddy-well-known.ts';

/** The Caddyfile of the edge: one site for each route, in the order of the services' names. Caddy 2.6 and 2.11 both take it. */
export function renderCaddyfile(stack: ResolvedStack, edge: ResolvedService): FinalContent {
  const blocks = [
    globalOptions(stack),
    siteSnippet(stack),
    framesSnippet(stack),
    connectionSnippet(),
    ...signOnSnippets(stack),
    ...admitSnippet(stack, edge),
    ...ownPorts(stack, edge),
  ];
  const sites = stack.services.flatMap((service) => siteOf(stack, service));
  return lines(...[...blocks, ...sites, ...wellKnownSite(stack), redirectToHttps(stack), unknownHosts(stack)].join('\n\n').split('\n'));
}

function globalOptions({ edge, declaration, placement }: ResolvedStack): string {
  const issuer = declaration.tls === 'internal' ? [authorityOption({ placement })] : [`email ${declaration.tls.acme.email}`];
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

/**
 * A visitor may name headers in `Connection` that are dropped on the way to the app, also those that sign-on has set, and may ask for a
 * protocol in which his further requests would pass unasked (h2c). Only WebSockets need the header, and it is written anew for them.
 */
function connectionSnippet(): string {
  return block('(connection)', [
    'request_header -Connection',
    '@websocket header_regexp Upgrade (?i)^websocket$',
    'request_header @websocket Connection Upgrade',
    'request_header @websocket Upgrade websocket',
  ]);
}

/** HSTS only where HTTPS has its own port: a browser keeps another port when it goes from http to https, and would miss. */
function siteSnippet(stack: ResolvedStack): string {
  const { edge, declaration } = stack;
  const headers = ['?X-Content-Type-Options nosniff', '?Referrer-Policy strict-origin-when-cross-origin', '-Server', '-Via'];
  const transport = edge.https === 443 ? ['Strict-Transport-Security "max-age=31536000"'] : [];
  return block('(site)', [
    ...(declaration.tls === 'internal' ? [signedByAuthority] : []),
    ...accessLog(stack),
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

/** Added and not set: of several policies a browser obeys each, so an app's own goes on to hold. */
function framesSnippet({ domain, edge }: ResolvedStack): string {
  const cluster = `https://*.${domain}${edge.https === 443 ? '' : `:${edge.https}`}`;
  return block('(frames)', [block('header', [`+Content-Security-Policy "frame-ancestors 'self' ${cluster}"`, 'defer'])]);
}

/** Ports of the edge itself, for its healthcheck and for whoever scrapes it. */
function ownPorts(stack: ResolvedStack, edge: ResolvedService): readonly string[] {
  const { name, service } = edge;
  const { health, metrics } = service;
  const sites = new Map<string, string[]>();
  if ('path' in health) answer(health.port, `respond ${health.path} 200`);
  if (metrics) answer(metrics.port, `metrics ${metrics.path}`);
  for (const [port, directive] of ownAdmission(stack, edge)) answer(port, directive);
  return [...sites].map(([address, directives]) => block(address, directives));

  function answer(portName: string, directive: string): void {
    const port = service.ports[portName];
    if (!port) return;
    const { address, port: number } = stack.placement.listen(name, portName, port);
    const site = `http://:${number}`;
    sites.set(site, [...(sites.get(site) ?? [`bind ${address}`]), directive]);
  }
}

/** `route` keeps the order: Caddy would otherwise drop a visitor's own identity headers only after sign-on has set the true ones. */
function siteOf(stack: ResolvedStack, one: ResolvedService): readonly string[] {
  const { name, service, host, access } = one;
  const { route } = service;
  const port = route && service.ports[route.port];
  if (!port || host === undefined) return [];
  const proxies = [...branchesOf(stack, one), proxyTo('', placementAtDoor(one, stack.placement).reach(name, route.port, port))];
  const stripped = ['import connection', 'request_header -Remote-*', 'request_header -Remote_*'];
  const guarded = access?.kind === 'edge' ? signOnOf(access) : admission(stack);
  const directives = [...stripped, ...guarded, ...sessionKept(service), ...figuresOf(service, access), ...proxies];
  const frames = route.framedElsewhere === undefined ? ['import frames'] : [];
  return [block(`https://${host}`, ['import site', ...frames, block('route', directives)])];
}

/** A session opens every app, so none of them gets to see it: one that was broken into could use it at the others. */
function sessionKept({ provides }: Service): readonly string[] {
  return provides?.['sign-on'] ? [] : [String.raw`request_header Cookie "(^|;\s*)${sessionCookie}=[^;]*" ""`];
}

/** Paths of the host that lead to workers; the rest goes to the service. */
function branchesOf(stack: ResolvedStack, one: ResolvedService): readonly string[] {
  const ofWorkers = one.service.workers ? stack.services.filter(({ family }) => family === one.name) : [];
  return ofWorkers.flatMap(({ name, service, routed }) => {
    const port = routed && service.ports[routed.port];
    if (!port) return [];
    const address = placementAtDoor(one, stack.placement).reach(name, routed.port, port);
    return routed.paths.map((path) => (routed.strip ? proxyBelow(path, address) : proxyTo(`${path} `, address)));
  });
}

function proxyBelow(path: string, address: Parameters<typeof addressOf>[0]): string {
  return block(`handle ${path}`, [`uri strip_prefix ${path.replace(/\/?\*$/, '')}`, proxyTo('', address)]);
}

function proxyTo(matcher: string, address: Parameters<typeof addressOf>[0]): string {
  return block(`reverse_proxy ${matcher}${addressOf(address)}`, [block('transport http', ['dial_timeout 3s'])]);
}

/** Figures at the port of a route that the edge does not guard are for the collector, which asks inside. */
function figuresOf({ route, metrics }: Service, access: ResolvedAccess | undefined): readonly string[] {
  return metrics && metrics.port === route?.port && access?.kind !== 'edge' ? [`respond ${metrics.path}* 404`] : [];
}

function redirectToHttps({ services, edge }: ResolvedStack): string {
  const hosts = services.flatMap(({ host }) => (host === undefined ? [] : [`http://${host}`]));
  if (hosts.length === 0) return '';
  const port = edge.https === 443 ? '' : `:${edge.https}`;
  return block(hosts.join(',\n'), ['header -Server', `redir https://{host}${port}{uri} 308`]);
}

function unknownHosts(stack: ResolvedStack): string {
  return block('http://, https://', [...accessLog(stack), 'header -Server', noSuchHost]);
}
