import { expect, test } from 'vitest';
import { bouncer } from '../contracts/index.ts';
import { http, optional, printContent } from '../service/index.ts';
import { sampleApp, sampleEdge, sampleService, sampleSignOn, sampleStack } from '../stack/sample.ts';
import { serviceOf } from '../stack/stack.ts';
import { renderCaddyfile } from './caddy.ts';

const edge = {
  ...sampleEdge,
  ports: { ...sampleEdge.ports, status: http(2020) },
  health: { port: 'status', path: '/healthz' },
} as const;
const crowdsec = sampleService('crowdsec', { provides: { bouncer: { port: 'web' } } });
const signOn = { ...sampleSignOn, needs: { bouncer: optional(bouncer()) } };
const apps = [sampleApp('blog'), sampleApp('notes', { route: { port: 'web', access: { groups: ['staff'] } } })];

function caddyfile(...services: Parameters<typeof sampleStack>[0]): string {
  const stack = sampleStack([edge, ...apps, ...services]);
  const service = serviceOf(stack, 'caddy');
  if (!service) throw new Error('the stack of this test has no edge');
  return printContent(renderCaddyfile(stack, service), { secret: () => '', file: () => '' }).replaceAll('\t', '');
}

function siteOf(text: string, host: string): string {
  return text.slice(text.indexOf(`https://${host}.example.org {`)).split('\n}\n\n')[0] ?? '';
}

test('every visitor is asked about once: by sign-on where groups guard, else whether his address may come at all', () => {
  const text = caddyfile(signOn, crowdsec);
  expect(siteOf(text, 'auth')).toContain('import admit');
  expect(siteOf(text, 'blog')).toMatch(/import admit\n[\s\S]*reverse_proxy blog/);
  expect(siteOf(text, 'notes')).toContain('import sign-on');
  expect(siteOf(text, 'notes')).not.toContain('import admit');
});

test('where the sign-on server does not answer, the edge admits by itself', () => {
  const text = caddyfile(signOn, crowdsec);
  expect(text).toContain('forward_auth gate:8080 127.0.0.1:2020 {\nuri /api/admit\nlb_policy first\n');
  expect(text).toContain('http://:2020 {\nbind 0.0.0.0\nrespond /healthz 200\nrespond /api/admit 200\n}');
});

test('nobody is asked about where nothing decides, or the sign-on server turns nobody away', () => {
  for (const text of [caddyfile(signOn), caddyfile(sampleSignOn, crowdsec), caddyfile(crowdsec)]) expect(text).not.toContain('admit');
});

test('requests are logged only where somebody reads them, also those for no host of the cluster, and without what may be secret', () => {
  const log = [
    'log {',
    'format filter {',
    'wrap json',
    'fields {',
    'request>headers delete',
    'request>uri regexp [?].* ""',
    'resp_headers delete',
  ];
  expect(caddyfile(sampleSignOn, crowdsec).split(log.join('\n')).length).toBe(3);
  expect(caddyfile(sampleSignOn, crowdsec)).toContain(`http://, https:// {\n${log.join('\n')}`);
  expect(caddyfile(signOn)).not.toMatch(/^log /m);
});
