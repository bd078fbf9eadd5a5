import { expect, test } from 'vitest';
import { printContent } from '../service/index.ts';
import { sampleApp, sampleEdge, sampleService, sampleSignOn, sampleStack } from '../stack/sample.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import { serviceOf } from '../stack/stack.ts';
import { renderCaddyfile } from './caddy.ts';

const guarded = sampleApp('notes', { route: { port: 'web', access: { groups: ['staff'] } } });

test('a visitor cannot say who he is: his identity headers go before sign-on sets its own', () => {
  const site = siteOf(caddyfile(sampleStack([sampleEdge, sampleSignOn, guarded])), 'notes');
  expect(site.map((line) => line.trim()).filter((line) => /^(request_header|import sign-on|reverse_proxy)/.test(line))).toEqual([
    'request_header -Remote-*',
    'request_header -Remote_*',
    'import sign-on',
    'reverse_proxy notes:8080 {',
  ]);
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

test('a service without a route has no site', () => {
  expect(caddyfile(sampleStack([sampleEdge, sampleService('worker')]))).not.toContain('worker');
});

test('on other ports the redirect names the port, and browsers are not told to change http to https by themselves', () => {
  const text = caddyfile(sampleStack([sampleEdge, sampleApp('blog')], { ports: { http: 8080, https: 8443 } }));
  expect(text).toContain('redir https://{host}:8443{uri} 308');
  expect(text).not.toContain('Strict-Transport-Security');
});

test('a real domain has certificates from an authority, a trial its own', () => {
  expect(caddyfile(sampleStack([sampleEdge]))).toContain('\tlocal_certs\n');
  const real = caddyfile(sampleStack([sampleEdge], { declaration: { tls: { acme: { email: 'a@example.org' } } } }));
  expect(real).toContain('\temail a@example.org\n');
  expect(real).not.toContain('local_certs');
});

function caddyfile(stack: ResolvedStack): string {
  const edge = serviceOf(stack, 'caddy');
  if (!edge) throw new Error('the stack of this test has no edge');
  return printContent(renderCaddyfile(stack, edge), { secret: () => '', file: () => '' });
}

function siteOf(text: string, host: string): readonly string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(`https://${host}.example.org {`);
  return start < 0 ? [] : lines.slice(start, lines.indexOf('}', start));
}
