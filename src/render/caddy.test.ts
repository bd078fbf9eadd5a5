import { expect, test } from 'vitest';
import { http, printContent } from '../service/index.ts';
import { sampleApp, sampleEdge, sampleService, sampleSignOn, sampleStack } from '../stack/sample.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import { secretFileName } from '../stack/expand.ts';
import { serviceOf } from '../stack/stack.ts';
import { renderCaddyfile } from './caddy.ts';

const withoutSession = String.raw`request_header Cookie "(^|;\s*)authelia_session=[^;]*" ""`;
const guarded = sampleApp('notes', { route: { port: 'web', access: { groups: ['staff'] } } });

test('a visitor cannot say who he is: his identity headers go before sign-on sets its own', () => {
  const site = siteOf(caddyfile(sampleStack([sampleEdge, sampleSignOn, guarded])), 'notes');
  expect(stepsIn(site)).toEqual([
    'request_header -Remote-*',
    'request_header -Remote_*',
    'import sign-on',
    withoutSession,
    'reverse_proxy notes:8080 {',
  ]);
});

test('no app gets to see the session, which would open the others; the sign-on server does', () => {
  const text = caddyfile(sampleStack([sampleEdge, sampleSignOn, guarded, sampleApp('blog')]));
  expect(stepsIn(siteOf(text, 'blog'))).toContain(withoutSession);
  expect(stepsIn(siteOf(text, sampleSignOn.route?.host ?? sampleSignOn.name))).not.toContain(withoutSession);
});

test('an app that reads another header gets it from sign-on, and from no visitor in any spelling', () => {
  const access = { groups: ['staff'], identity: { user: 'X-Remote-User' } } as const;
  const site = siteOf(caddyfile(sampleStack([sampleEdge, sampleSignOn, sampleApp('notes', { route: { port: 'web', access } })])), 'notes');
  expect(stepsIn(site).slice(2)).toEqual([
    'request_header -X-Remote-User',
    'request_header -X-Remote_User',
    'request_header -X_Remote-User',
    'request_header -X_Remote_User',
    'import sign-on',
    'request_header X-Remote-User {http.request.header.Remote-User}',
    withoutSession,
    'reverse_proxy notes:8080 {',
  ]);
});

test('a password that came with the request goes to the sign-on server and no further', () => {
  const access = { groups: ['staff'], basic: 'a test' } as const;
  const text = caddyfile(sampleStack([sampleEdge, sampleSignOn, guarded, sampleApp('dav', { route: { port: 'web', access } })]));
  expect(stepsIn(siteOf(text, 'dav')).slice(2)).toEqual([
    'import sign-on-basic',
    'request_header -Authorization',
    withoutSession,
    'reverse_proxy dav:8080 {',
  ]);
  expect(stepsIn(siteOf(text, 'notes'))).toContain('import sign-on');
  expect(text).toContain('uri /api/authz/forward-auth-basic');
  expect(text).toContain('WWW-Authenticate `Basic realm="Sign in", charset="UTF-8"`');
});

test('nothing asks for a password with each request where no route wants one', () => {
  const text = caddyfile(sampleStack([sampleEdge, sampleSignOn, guarded]));
  expect(text).not.toMatch(/basic/i);
});

test('where the sign-on is bypassed the app gets what it asks for itself', () => {
  const bypass = [{ path: '/api/v1.2', authentication: 'a token of the app' }] as const;
  const app = sampleApp('notes', { route: { port: 'web', access: { groups: ['staff'], basic: 'a test', bypass } } });
  expect(stepsIn(siteOf(caddyfile(sampleStack([sampleEdge, sampleSignOn, app])), 'notes')).slice(-4)).toEqual([
    String.raw`@guarded not path_regexp ^/api/v1\.2(/|$)`,
    'request_header @guarded -Authorization',
    withoutSession,
    'reverse_proxy notes:8080 {',
  ]);
});

test('where the sign-on is bypassed nobody is somebody', () => {
  const bypass = [{ path: '/api/push', authentication: 'a token of the app' }] as const;
  const app = sampleApp('notes', { route: { port: 'web', access: { groups: ['staff'], bypass } } });
  const steps = stepsIn(siteOf(caddyfile(sampleStack([sampleEdge, sampleSignOn, app])), 'notes'));
  expect(steps.slice(steps.indexOf('import sign-on'))).toEqual([
    'import sign-on',
    '@nobody header_regexp Remote-User ^[{]',
    'request_header @nobody -Remote-*',
    withoutSession,
    'reverse_proxy notes:8080 {',
  ]);
});

test('no visitor names headers that are dropped on the way, or asks for a protocol that passes unasked', () => {
  const text = caddyfile(sampleStack([sampleEdge, sampleSignOn, guarded, sampleApp('blog')]));
  expect(text).toContain('(connection) {\n\trequest_header -Connection\n\t@websocket header_regexp Upgrade (?i)^websocket$\n');
  for (const host of ['notes', 'blog']) {
    const steps = siteOf(text, host).map((line) => line.trim());
    expect(steps.slice(steps.indexOf('route {') + 1)[0]).toBe('import connection');
  }
});

test('a route that is open asks nobody, and strips identity headers all the same', () => {
  const site = siteOf(caddyfile(sampleStack([sampleEdge, sampleSignOn, sampleApp('blog')])), 'blog').join('\n');
  expect(site).not.toContain('sign-on');
  expect(site).toContain('request_header -Remote-*');
});

test('what groups guard stays shut where no service signs people in', () => {
  const text = caddyfile(sampleStack([sampleEdge, guarded]));
  expect(text).toContain('(sign-on) {\n\trespond "No sign-on server is part of this cluster." 503\n}');
  expect(siteOf(text, 'notes').join('\n')).toContain('import sign-on');
});

test('figures at an open port are not for visitors; where groups guard, who may enter may see them', () => {
  const metrics = { port: 'web', path: '/metrics' } as const;
  const stack = sampleStack([sampleEdge, sampleSignOn, sampleApp('blog', { metrics }), { ...guarded, metrics }]);
  expect(siteOf(caddyfile(stack), 'blog').map((line) => line.trim())).toContain('respond /metrics* 404');
  expect(siteOf(caddyfile(stack), 'notes').join('\n')).not.toContain('/metrics');
});

test('paths of a worker go to the worker once sign-on has let the visitor pass, and all others to the service', () => {
  const stream = {
    ports: { stream: http(4000) },
    health: { port: 'stream' },
    limits: { memory: '64MiB', cpus: 1 },
    route: { port: 'stream', paths: ['/api/v1/streaming*', '/live'] },
    command: () => ['stream'],
  } as const;
  const steps = stepsIn(siteOf(caddyfile(sampleStack([sampleEdge, sampleSignOn, { ...guarded, workers: { stream } }])), 'notes'));
  expect(steps.slice(-4)).toEqual([
    withoutSession,
    'reverse_proxy /api/v1/streaming* notes-stream:4000 {',
    'reverse_proxy /live notes-stream:4000 {',
    'reverse_proxy notes:8080 {',
  ]);
  expect(steps.indexOf('import sign-on')).toBeGreaterThan(-1);
});

test('a worker that wants so sees only what comes after its path', () => {
  const admin = {
    image: 'admin:1.0',
    ports: { web: http(4000) },
    health: { port: 'web' },
    limits: { memory: '64MiB', cpus: 1 },
    route: { port: 'web', paths: ['/admin/*', '/tools*'], strip: true },
  } as const;
  const site = siteOf(caddyfile(sampleStack([sampleEdge, sampleSignOn, { ...guarded, workers: { admin } }])), 'notes')
    .map((line) => line.trim())
    .join('\n');
  expect(site).toContain('handle /admin/* {\nuri strip_prefix /admin\nreverse_proxy notes-admin:4000 {');
  expect(site).toContain('handle /tools* {\nuri strip_prefix /tools\nreverse_proxy notes-admin:4000 {');
});

test('a service without a route has no site', () => {
  expect(caddyfile(sampleStack([sampleEdge, sampleService('worker')]))).not.toContain('worker');
});

test('on other ports the redirect names the port, and browsers are not told to change http to https by themselves', () => {
  const text = caddyfile(sampleStack([sampleEdge, sampleApp('blog')], { ports: { http: 8080, https: 8443 } }));
  expect(text).toContain('redir https://{host}:8443{uri} 308');
  expect(text).not.toContain('Strict-Transport-Security');
});

test('only pages of the cluster show an app in a frame, beside whatever its own policy says, but where a route states why others may', () => {
  const route = { port: 'web', access: { open: 'a test' }, framedElsewhere: 'a test' } as const;
  const services = [sampleEdge, sampleApp('blog'), sampleApp('vault', { route })];
  const text = caddyfile(sampleStack(services));
  expect(text).toContain(
    '(frames) {\n\theader {\n\t\t+Content-Security-Policy "frame-ancestors \'self\' https://*.example.org"\n\t\tdefer\n\t}\n}',
  );
  expect(siteOf(text, 'blog').slice(1, 3)).toEqual(['\timport site', '\timport frames']);
  expect(siteOf(text, 'vault')).not.toContain('\timport frames');
  expect(caddyfile(sampleStack(services, { ports: { http: 8080, https: 8443 } }))).toContain("'self' https://*.example.org:8443\"");
});

test('a trial has certificates from the authority of the cluster, which the edge is given as files', () => {
  const stack = sampleStack([sampleEdge, sampleApp('blog')]);
  const text = caddyfile(stack);
  const pair = ['cert "/run/secrets/cluster.authority.certificate"', 'key "/run/secrets/cluster.authority"'];
  expect(text.replaceAll('\t', '')).toContain(
    ['pki {', 'ca cluster {', 'root {', ...pair, '}', 'intermediate {', ...pair, '}', '}', '}'].join('\n'),
  );
  expect(text).toContain('(site) {\n\ttls {\n\t\tissuer internal {\n\t\t\tca cluster\n\t\t}\n\t}\n');
  expect(serviceOf(stack, 'caddy')?.secretFiles.map(secretFileName)).toEqual(['cluster.authority', 'cluster.authority.certificate']);
  expect(serviceOf(stack, 'blog')?.secretFiles).toEqual([]);
});

test('a real domain has certificates from a public authority, and the edge is given no key of another', () => {
  const stack = sampleStack([sampleEdge], { declaration: { tls: { acme: { email: 'a@example.org' } } } });
  const real = caddyfile(stack);
  expect(real).toContain('\temail a@example.org\n');
  expect(real).not.toMatch(/pki|internal/);
  expect(serviceOf(stack, 'caddy')?.secretFiles).toEqual([]);
});

function caddyfile(stack: ResolvedStack): string {
  const edge = serviceOf(stack, 'caddy');
  if (!edge) throw new Error('the stack of this test has no edge');
  return printContent(renderCaddyfile(stack, edge), { secret: () => '', file: () => '' });
}

function stepsIn(site: readonly string[]): readonly string[] {
  return site.map((line) => line.trim()).filter((line) => /^(request_header|@|import sign-on|reverse_proxy)/.test(line));
}

function siteOf(text: string, host: string): readonly string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(`https://${host}.example.org {`);
  return start < 0 ? [] : lines.slice(start, lines.indexOf('}', start));
}
