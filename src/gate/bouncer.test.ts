import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bouncer, createBouncer } from './bouncer.ts';
import { createLog } from '../kit/log.ts';
import { createMetrics } from './metrics.ts';
import { createTestBrowser } from './testing/browser.ts';
import { createTestGate } from './testing/gate-fixture.ts';

const banned = { scope: 'Ip', value: '203.0.113.9', type: 'ban', duration: '4h0m0s', id: 1, origin: 'crowdsec', scenario: 'probing' };
const { signal } = new AbortController();

let server: Server;
let asked: string[] = [];
let logged: string[] = [];
let answer: { readonly status: number; readonly body: unknown };
let metrics: ReturnType<typeof createMetrics>;
let bouncer: Bouncer;

beforeEach(async () => {
  [asked, logged, metrics] = [[], [], createMetrics()];
  answer = { status: 200, body: { new: [banned], deleted: null } };
  server = createServer((request, response) => {
    asked.push(`${request.url} ${String(request.headers['x-api-key'])}`);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const place = server.address();
  const port = typeof place === 'object' && place !== null ? place.port : 0;
  const log = createLog('gate', 'trace', { write: (line) => void logged.push(line) });
  bouncer = createBouncer({ address: `http://127.0.0.1:${port}`, api_key: 'the key' }, { log, metrics });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

async function figures(): Promise<string> {
  const lines = (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('gate_bouncer_'));
  return lines.map((line) => line.replace('gate_bouncer_', '')).join(', ');
}

describe('a bouncer', () => {
  it('asks for everything first, then for what changed', async () => {
    await bouncer.pull(signal);
    answer = { status: 200, body: { new: null, deleted: [banned] } };
    expect(bouncer.isBanned('203.0.113.9')).toBe(true);
    await bouncer.pull(signal);
    expect(bouncer.isBanned('203.0.113.9')).toBe(false);
    expect(asked).toEqual(['true', 'false'].map((startup) => `/v1/decisions/stream?startup=${startup} the key`));
  });

  it.each([
    ['refuses', { status: 403, body: { message: 'access forbidden' } }],
    ['is out of order', { status: 500, body: {} }],
    ['says something else', { status: 200, body: { new: 'x' } }],
  ])('goes on with what it knows while CrowdSec %s, says so once, and then asks for everything again', async (_, trouble) => {
    await bouncer.pull(signal);
    answer = trouble;
    await bouncer.pull(signal);
    await bouncer.pull(signal);
    expect(bouncer.isBanned('203.0.113.9')).toBe(true);
    expect(logged.filter((line) => line.includes('bouncer.lost')).length).toBe(1);
    expect(await figures()).toBe('up 0, decisions 1, refused_total 0');
    answer = { status: 200, body: { new: [], deleted: [] } };
    await bouncer.pull(signal);
    expect(bouncer.isBanned('203.0.113.9')).toBe(false);
    expect(asked.at(-1)).toContain('startup=true');
    expect(await figures()).toBe('up 1, decisions 0, refused_total 0');
    expect(logged.join('')).not.toContain('the key');
  });

  it('turns nobody away who has never heard of anybody', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
    await bouncer.pull(signal);
    expect(bouncer.isBanned('203.0.113.9')).toBe(false);
    expect(logged.join('')).toContain('ECONNREFUSED');
  });
});

describe('a visitor from a banned address', () => {
  const isBanned = (address: string): boolean => address === '203.0.113.9';
  const visited = createTestGate({ bouncer: { isBanned, pull: async () => undefined } });
  const browser = createTestBrowser(visited);
  const from = (address: string, more = {}) => ({ 'x-forwarded-for': address, ...more });

  it.each(['open.example.org', 'wiki.example.org', 'admin.example.org'])('is refused at %s before anything else is asked', async (host) => {
    expect((await browser.authorize(host, from('203.0.113.9'))).status).toBe(403);
    expect((await browser.authorize(host, from('203.0.113.8'))).status).not.toBe(403);
  });

  it('is refused where sign-on is not asked for, and everybody else is admitted', async () => {
    expect((await browser.get('/api/admit', from('203.0.113.8'))).status).toBe(200);
    const refusal = await browser.get('/api/admit', from('203.0.113.9'));
    expect(refusal.status).toBe(403);
    expect(await refusal.text()).toMatch(/<strong>203\.0\.113\.9<\/strong>[\s\S]*cscli decisions delete --ip 203\.0\.113\.9/);
  });

  it('is told in a few words where no person looks', async () => {
    const refusal = await browser.get('/api/admit', from('203.0.113.9', { accept: 'application/json' }));
    expect(await refusal.text()).toBe('403 Forbidden');
  });

  it('is counted', async () => {
    const counted = createTestGate({ bouncer: { isBanned, pull: async () => undefined } });
    await createTestBrowser(counted).authorize('wiki.example.org', from('203.0.113.9'));
    await createTestBrowser(counted).get('/api/admit', from('203.0.113.9'));
    const text = await counted.gate.metrics.registry.metrics();
    expect(text).toContain('gate_bouncer_refused_total 2');
    expect(text).toContain('gate_authz_decisions_total{result="turned-away"} 1');
  });
});

it('without a bouncer everybody is admitted', async () => {
  expect((await createTestBrowser(createTestGate()).get('/api/admit', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(200);
});
