import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../kit/log.ts';
import { createApp } from './app.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { Answer, Service } from './service.ts';

const token = 'a-token-of-thirty-two-letters-...';
const facts = { finalAddress: 'https://example.org/', status: 200, title: 'Example', timedOut: true };
let failure: Exclude<Answer<never>, { kind: 'seen' }> | undefined;
let thrown: Error | undefined;
let lines: string[];
let metrics: Metrics;

beforeEach(() => {
  [failure, thrown, lines, metrics] = [undefined, undefined, [], createMetrics()];
});

async function answer<T>(seen: T): Promise<Answer<T>> {
  if (thrown) throw thrown;
  return failure ?? { kind: 'seen', seen };
}

const service: Service = {
  check: async () => (thrown ? Promise.reject(thrown) : 'Chromium 1'),
  screenshot: () => answer({ ...facts, mediaType: 'image/png', image: Buffer.from('picture').toString('base64') }),
  dom: () => answer({ ...facts, html: '<p>', text: 'p', isCut: false, consoleErrors: [], failedRequests: [] }),
  accessibility: () => answer({ ...facts, tree: '- button' }),
  ocr: () => answer({ text: 'p', confidence: 90, words: [] }),
  pdf: () => answer({ ...facts, pdf: '' }),
  login: () => answer({ ...facts, result: 'signed-in', detail: '', picture: undefined }),
};

async function send(path: string, init: RequestInit = {}, authorization = `Bearer ${token}`): Promise<Response> {
  const log = createLog('browser', 'info', { write: (line) => void lines.push(line) });
  return await createApp({ service, token, metrics, log }).request(path, { ...init, headers: { authorization } });
}

async function post(path: string, body: unknown): Promise<Response> {
  return await send(path, { method: 'POST', body: JSON.stringify(body) });
}

const url = 'https://example.org/';

test.each(['', 'Bearer', 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`, token])('with "%s" nobody enters', async (authorization) => {
  for (const path of ['/screenshot?url=https://example.org', '/v1/dom', '/anything']) {
    expect((await send(path, {}, authorization)).status).toBe(401);
  }
});

test('health needs no token, and is well only while Chromium answers', async () => {
  expect(await (await send('/health', {}, '')).json()).toEqual({ status: 'OK', chromium: 'Chromium 1' });
  thrown = new Error('it does not answer within 8000 ms');
  const ill = await send('/health', {}, '');
  expect([ill.status, await ill.json()]).toEqual([503, { status: 'ill', why: 'it does not answer within 8000 ms' }]);
});

test('the former address gives the picture itself', async () => {
  const picture = await send(`/screenshot?url=${encodeURIComponent(url)}`);
  expect([picture.status, picture.headers.get('content-type'), picture.headers.get('x-timed-out'), await picture.text()]).toEqual([
    200,
    'image/png',
    'true',
    'picture',
  ]);
  const without = await send('/screenshot');
  expect([without.status, await without.json()]).toEqual([400, { error: 'url parameter required' }]);
  expect((await send('/screenshot?url=file:///etc/passwd')).status).toBe(400);
  expect(await metrics.registry.getSingleMetricAsString('browser_requests_total')).toContain('{what="screenshot",result="invalid"} 2');
});

test('an answer has what was seen', async () => {
  expect(await (await post('/v1/dom', { url })).json()).toMatchObject({ ...facts, html: '<p>' });
  expect(await metrics.registry.getSingleMetricAsString('browser_requests_total')).toContain('{what="dom",result="seen"} 1');
});

describe('what is not answered with a page', () => {
  test.each([
    [{ kind: 'refused', target: '127.0.0.1:80' }, 403, 'refused', null],
    [{ kind: 'busy', retryAfterSeconds: 15 }, 429, 'busy', '15'],
    [{ kind: 'unreachable', why: 'net::ERR_FAILED' }, 502, 'unreachable', null],
    [{ kind: 'gone', why: 'crashed', hasBegun: true }, 503, 'gone', '1'],
    [{ kind: 'timeout' }, 504, 'timeout', null],
    [{ kind: 'unreadable', why: 'no picture' }, 422, 'unreadable', null],
  ] as const)('%j', async (kind, status, error, retryAfter) => {
    failure = kind;
    const failed = await post('/v1/dom', { url });
    expect([failed.status, failed.headers.get('retry-after'), await failed.json()]).toMatchObject([status, retryAfter, { error }]);
  });

  test('a body that is not understood, too large, or no JSON', async () => {
    expect(await (await post('/v1/dom', { url: 'file:///etc/passwd' })).json()).toEqual({
      error: 'invalid',
      message: 'url: only http and https are opened',
    });
    expect((await send('/v1/dom', { method: 'POST', body: 'nonsense' })).status).toBe(400);
    expect((await send('/v1/ocr', { method: 'POST', body: 'x'.repeat(14 * 1024 ** 2) })).status).toBe(413);
    expect((await post('/v1/function', { code: 'alert(1)' })).status).toBe(404);
  });

  test('a fault of ours, of which only the log knows more, and that without the password', async () => {
    thrown = new Error('locator.fill("rabbit hole")');
    const failed = await post('/v1/login', { url, user: 'alice', password: 'rabbit hole' });
    expect([failed.status, await failed.json()]).toEqual([500, { error: 'failed', message: 'the fault is here; the log has more' }]);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain('rabbit');
  });
});

test('a wrong field is named, and not what was in it', async () => {
  const message = await (await post('/v1/login', { url, user: 'alice', password: ['rabbit hole'] })).text();
  expect(message).toContain('password');
  expect(message).not.toContain('rabbit');
});
