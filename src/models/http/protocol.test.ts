import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, until } from '../testing/running-router.ts';
import { models, router, sleeper, vllm } from '../testing/test-servers.ts';

test('a model that sleeps is woken for whoever asks, and the other one goes to sleep first', async () => {
  const [a, b] = [await vllm(), await vllm({ sleeping: true })];
  const { url, states } = await router({ vram: '10GiB', models: models({ a, b }) });
  expect(await (await ask(url, 'a')).json()).toMatchObject({ model: 'a' });
  expect(await (await ask(url, 'b')).json()).toMatchObject({ model: 'b' });
  expect(a.asked).toEqual(['POST /v1/chat/completions', 'POST /sleep?level=1&mode=wait']);
  expect(b.asked).toEqual(['POST /wake_up', 'POST /v1/chat/completions']);
  expect(await states()).toMatchObject({ a: { state: 'unloaded' }, b: { state: 'loaded' } });
});

test('level 2 reads the weights again', async () => {
  const a = await vllm({ sleeping: true });
  const { url } = await router({ models: { a: { server: { kind: 'vllm', url: a.url, level: 2 }, vram: '1GiB' } } });
  expect((await ask(url, 'a')).status).toBe(200);
  expect(a.asked.slice(0, 3)).toEqual(['POST /wake_up?tags=weights', 'POST /collective_rpc', 'POST /wake_up?tags=kv_cache']);
});

test('a live stream is never cut off for another model, which waits', async () => {
  const [a, b] = [await vllm({ words: 40, wordMs: 20 }), await vllm({ sleeping: true })];
  const { url } = await router({ vram: '10GiB', models: models({ a, b }) });
  const stream = await ask(url, 'a', { stream: true });
  const other = ask(url, 'b');
  const words = await stream.text();
  expect(words.match(/"word":/g)).toHaveLength(40);
  expect(words.endsWith('data: [DONE]\n\n')).toBe(true);
  expect((await other).status).toBe(200);
  expect(a.left).toBe(0);
});

test('requests for two models that do not fit together are all answered, with few changes', async () => {
  const [{ fake: a, wake: wakeA }, { fake: b, wake: wakeB }] = [await sleeper({ wakeMs: 20 }), await sleeper({ wakeMs: 20 })];
  const { url, states } = await router({ vram: '10GiB', minimumStaySeconds: 5, models: models({ a, b }) });
  const answers = Array.from({ length: 40 }, async (_, index) => (await ask(url, index % 2 === 0 ? 'a' : 'b')).status);
  // All of them are there before the first is answered, so none can find its model idle, or gone, because it came late.
  await until(async () => Object.values(await states()).reduce((sum, { waiting }) => sum + waiting, 0) === 40);
  wakeA();
  wakeB();
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  expect([...a.asked, ...b.asked].filter((asked) => !asked.includes('/v1/')).length).toBeLessThanOrEqual(4);
});

test('the words come as they are made, not when the answer is whole', async () => {
  const a = await vllm({ words: Infinity, wordMs: 20 });
  const { url } = await router({ models: models({ a }) });
  const reader = (await ask(url, 'a', { stream: true })).body?.getReader();
  const first = Buffer.from((await reader?.read())?.value ?? []).toString();
  expect(first).toContain('"word":0');
  expect(first).not.toContain('[DONE]');
  await reader?.cancel();
  await until(() => a.left === 1);
});

test('a client that reads slowly slows the server down, and memory holds no stream', async () => {
  const a = await vllm({ words: Infinity, wordMs: 0, padding: 10_000 });
  const { url, states } = await router({ models: models({ a }) });
  const gone = new AbortController();
  // Kept, because fetch calls off an answer that nobody can read any more.
  const stream = await ask(url, 'a', { stream: true }, gone.signal);
  let before = 0;
  // What the kernel and Node hold between the two is full, and nothing more comes.
  await until(async () => {
    [before] = [a.written, await new Promise((resolve) => setTimeout(resolve, 100))];
    return before > 0 && a.written === before;
  });
  expect(a.written).toBeLessThan(4_000);
  expect([a.open, stream.bodyUsed]).toEqual([1, false]);
  gone.abort();
  await until(async () => a.left === 1 && (await states())['a']?.open === 0);
});

test('a client that reads nothing for too long gives its place at the model away', async () => {
  const a = await vllm({ words: Infinity, wordMs: 0, padding: 10_000 });
  const { url, states, metrics } = await router({ silenceSeconds: 2, models: models({ a }) });
  const stuck = await ask(url, 'a', { stream: true });
  await until(async () => a.left === 1 && (await states())['a']?.open === 0);
  expect(await metrics()).toContain('model_router_requests_total{model="a",result="left"} 1');
  await expect(stuck.text()).rejects.toThrow('terminated');
});

test('a client that goes while it waits frees its place, and its model is not woken for nobody', async () => {
  const [a, b] = [await vllm({ words: Infinity, wordMs: 20 }), await vllm({ sleeping: true })];
  const { url, states } = await router({ vram: '10GiB', models: models({ a, b }) });
  const stream = ask(url, 'a', { stream: true });
  await until(() => a.open === 1);
  const gone = new AbortController();
  const other = ask(url, 'b', {}, gone.signal);
  await until(async () => (await states())['b']?.waiting === 1);
  gone.abort();
  await expect(other).rejects.toThrow('abort');
  await until(async () => (await states())['b']?.waiting === 0);
  a.is.words = 0;
  await (await stream).text();
  expect(b.asked).toEqual([]);
});

test('an error of the server reaches the client as it is', async () => {
  const a = await vllm({ status: 400 });
  const { url } = await router({ models: models({ a }) });
  const answer = await ask(url, 'a', { stream: true });
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { message: 'bad prompt' } }]);
});

test('a server that breaks off in the middle is seen to have done so', async () => {
  const a = await vllm({ words: 5, breaksAfter: 2 });
  const { url, metrics } = await router({ models: models({ a }) });
  const text = await (await ask(url, 'a', { stream: true })).text();
  expect(text).toContain('"word":1');
  expect(text).toMatch(/data: \{"error":\{.*"upstream_broken"\}\}\n\n$/);
  await expect(ask(url, 'a').then(async (answer) => answer.text())).rejects.toThrow(/terminated|fetch failed/);
  expect(await metrics()).toContain('model_router_requests_total{model="a",result="unanswered"} 2');
});

test('a server that went away is waited for, and found again', async () => {
  const a = await vllm();
  const { url, states } = await router({ models: models({ a }) });
  await ask(url, 'a');
  await a.stop();
  const lost = await ask(url, 'a');
  expect([200, 502]).toContain(lost.status);
  await until(async () => (await states())['a']?.state !== 'loaded');
  const waiting = ask(url, 'a');
  await until(async () => (await states())['a']?.state === 'loading');
  await a.listen();
  expect((await waiting).status).toBe(200);
});

test('a server without sleep mode is used as it is, and never asked to sleep', async () => {
  const [a, b] = [await vllm({ canSleep: false }), await vllm({ sleeping: true })];
  const { url, states } = await router({ vram: '10GiB', waiting: { seconds: 0.3 }, models: models({ a, b }) });
  // Nobody waits longer than that for the first look either.
  await until(async () => (await states())['a']?.state === 'loaded');
  expect((await ask(url, 'a')).status).toBe(200);
  const refused = await ask(url, 'b');
  expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'waited_too_long' } }]);
  expect(a.asked).toEqual(['POST /v1/chat/completions']);
  expect(await states()).toMatchObject({ a: { state: 'loaded' } });
});

test('a router that starts looks first: what is awake stays so', async () => {
  const [a, b] = [await vllm({ sleeping: true }), await vllm()];
  const { url, states } = await router({ vram: '10GiB', models: models({ a, b }) });
  await until(async () => (await states())['b']?.state === 'loaded');
  expect((await ask(url, 'b')).status).toBe(200);
  expect([...a.asked, ...b.asked]).toEqual(['POST /v1/chat/completions']);
});

test('names: an alias, the name that the server knows, an unknown one, and none', async () => {
  const a = await vllm();
  const { url } = await router({ models: models({ a }, '1GiB', { aliases: ['gpt-4o'], serves: 'Qwen/Qwen3' }) });
  expect(await (await ask(url, 'gpt-4o')).json()).toMatchObject({ model: 'Qwen/Qwen3' });
  const unknown = await ask(url, 'constructor');
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'model_not_found', param: 'model' } }]);
  const missing = await fetch(`${url}/v1/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  expect([missing.status, await missing.json()]).toMatchObject([400, { error: { code: 'model_missing', param: 'model' } }]);
  const list = (await (await fetch(`${url}/v1/models`)).json()) as { readonly data: readonly { readonly id: string }[] };
  expect(list.data.map(({ id }) => id)).toEqual(['a']);
  expect((await fetch(`${url}/v1/models/gpt-4o`)).status).toBe(200);
  expect((await fetch(`${url}/v1/models/nobody`)).status).toBe(404);
});

test('neither what is between client and router nor what is between router and server passes', async () => {
  const a = await vllm();
  const { url } = await router({ models: models({ a }) });
  const answer = await ask(url, 'a');
  const [sent] = a.requests;
  expect(sent?.headers).toMatchObject({ 'content-type': 'application/json', host: a.url.replace('http://', '') });
  expect(Object.keys(sent?.headers ?? {}).toSorted()).toEqual(['accept', 'connection', 'content-length', 'content-type', 'host']);
  expect(answer.headers.get('x-upstream')).toBe('yes');
  expect(answer.headers.get('set-cookie')).toBeNull();
});

test('a server that wants a key gets the one of its file', async () => {
  const a = await vllm();
  const file = join(await mkdtemp(join(tmpdir(), 'model-router-key-')), 'key');
  await writeFile(file, 'sk-of-the-server\n');
  const { url } = await router({ models: models({ a }, '1GiB', { keyFile: file, forwardAuthorization: true }) });
  await ask(url, 'a');
  expect(a.requests[0]?.headers.authorization).toBe('Bearer sk-of-the-server');
  await rm(dirname(file), { recursive: true });
});

test('the client’s own key is passed on where the owner says so', async () => {
  const a = await vllm();
  const { url } = await router({ models: models({ a }, '1GiB', { forwardAuthorization: true }) });
  await ask(url, 'a');
  expect(a.requests[0]?.headers.authorization).toBe('Bearer sk-of-the-client');
});

test('health answers HEAD too, and says where there is nothing to ask', async () => {
  const { url } = await router({ models: {} });
  expect((await fetch(`${url}/health`, { method: 'HEAD' })).status).toBe(200);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok', models: 0, note: expect.any(String) });
  expect(await (await fetch(`${url}/v1/models`)).json()).toEqual({ object: 'list', data: [] });
});

test('a form that another site lets a browser send is refused', async () => {
  const a = await vllm();
  const { url } = await router({ models: models({ a }) });
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{"model":"a"}',
  });
  expect(answer.status).toBe(415);
  expect(a.asked).toEqual([]);
});

test('a server that says nothing for too long is given up', async () => {
  const a = await vllm({ words: Infinity, wordMs: 600_000 });
  const { url } = await router({ silenceSeconds: 2, models: models({ a }) });
  const text = await (await ask(url, 'a', { stream: true })).text();
  expect(text).toMatch(/upstream_broken/);
  await until(() => a.left === 1);
});

test('a raw request with a broken address or body is answered, not crashed on', async () => {
  const a = await vllm();
  const { url } = await router({ models: models({ a }) });
  for (const body of ['', '[]', '"model"', '{"model":1}', '{"model":"a"', '\u0000'])
    expect(
      (await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status,
    ).toBe(400);
  const status = await new Promise((resolve, reject) =>
    request(url, { path: '//[::1/v1/models', method: 'GET' }, ({ statusCode }) => resolve(statusCode))
      .once('error', reject)
      .end(),
  );
  expect(status).toBe(404);
  expect((await ask(url, 'a')).status).toBe(200);
});
