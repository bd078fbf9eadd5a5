import { expect, test } from 'vitest';
import { ask, until } from '../testing/running-router.ts';
import { models, router, sleeper } from '../testing/test-servers.ts';

test('while a model loads, a client that asked for a stream hears that somebody is there', async () => {
  const { fake: a, wake } = await sleeper();
  const { url } = await router({ heartbeatSeconds: 0.05, models: models({ a }) });
  let text = '';
  for await (const chunk of (await ask(url, 'a', { stream: true })).body ?? []) {
    text += Buffer.from(chunk).toString();
    if ((text.match(/: loading/g) ?? []).length > 2) wake();
  }
  expect(text.startsWith(': loading\n\n')).toBe(true);
  expect(text.match(/: loading/g)?.length).toBeGreaterThan(2);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
});

test('a load that fails is told with the reason of the server: as a status, and in a stream that has begun as an event', async () => {
  const { fake: a, wake } = await sleeper({ wakeFails: 'CUDA out of memory' });
  const { url, states } = await router({ heartbeatSeconds: 0.05, models: models({ a }) });
  const asked = ask(url, 'a');
  // Its head comes with the first word that somebody is there.
  const stream = await ask(url, 'a', { stream: true });
  await until(async () => (await states())['a']?.waiting === 2);
  wake();
  const plain = await asked;
  expect(plain.status).toBe(503);
  expect(Number(plain.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await plain.json()).toMatchObject({
    error: { code: 'model_load_failed', message: expect.stringContaining('CUDA out of memory') },
  });
  const events = await stream.text();
  expect(stream.status).toBe(200);
  expect(events).toMatch(/^(?:: loading\n\n)+data: \{"error":\{"message":".*CUDA out of memory/);
  expect((await ask(url, 'a')).status).toBe(503);
});

test('an error of the server reaches a client that was promised a stream as an event', async () => {
  const { fake: a, wake } = await sleeper({ status: 400 });
  const { url } = await router({ heartbeatSeconds: 0.05, models: models({ a }) });
  const answer = await ask(url, 'a', { stream: true });
  wake();
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/: loading\n\ndata: \{"error":\{.*bad prompt.*\n\n$/)]);
});

test('what is no stream, for a client that was promised one, is an error', async () => {
  const { fake: a, wake } = await sleeper({ noStream: true });
  const { url, metrics } = await router({ heartbeatSeconds: 0.05, models: models({ a }) });
  const answer = await ask(url, 'a', { stream: true });
  wake();
  expect(await answer.text()).toMatch(/: loading\n\n.*data: \{"error":\{.*"server_error".*"upstream_no_stream"\}\}\n\n$/s);
  expect(await metrics()).toContain('model_router_requests_total{model="a",result="unanswered"} 1');
});
