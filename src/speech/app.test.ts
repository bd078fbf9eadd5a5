import { afterEach, expect, test } from 'vitest';
import type { Listener } from './backends/backend.ts';
import { openaiListener, openaiSpeaker } from './backends/openai.ts';
import { wyomingSpeaker } from './backends/wyoming.ts';
import { BackendFailure } from './failure.ts';
import { type FakeOpenai, fakeOpenai, sendJson } from './testing/fake-openai.ts';
import { form } from './testing/upload.ts';
import { type RunningGateway, runningGateway, type Wishes } from './testing/running-gateway.ts';

const running: { close: () => unknown }[] = [];
const patience = { timeout: 10_000 };
const wav = Buffer.from('RIFF and so on');

afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function gateway(wishes: Wishes): Promise<RunningGateway> {
  const made = await runningGateway(wishes);
  running.push(made);
  return made;
}

type Answer = Parameters<typeof fakeOpenai>[0];

async function backend(answer: Answer): Promise<FakeOpenai> {
  const made = await fakeOpenai(answer);
  running.push(made);
  return made;
}

async function listener(name: string, answer: Answer): Promise<Listener> {
  return openaiListener({ name, url: (await backend(answer)).url, model: 'transcription' });
}

/** Nothing listens there. */
const away = { url: 'http://127.0.0.1:9/v1', model: 'none' };

async function post(url: string, body: FormData | string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const type = typeof body === 'string' ? { 'content-type': 'application/json' } : undefined;
  return fetch(url, { method: 'POST', body, headers: { ...type, ...headers } });
}

async function transcribed({ url }: RunningGateway, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
  return post(`${url}/v1/audio/transcriptions`, form({ model: 'whisper-1', ...fields }, wav));
}

test('a recording becomes text in the form that was asked for, and nothing of it stays', async () => {
  const segments = [{ start: 0, end: 1, text: ' hello' }];
  const whisper = await listener('whisper', (_asked, response) =>
    sendJson(response, { text: 'hello', language: 'en', duration: 1, segments }),
  );
  const made = await gateway({ listeners: [whisper] });
  const answer = await transcribed(made);
  expect([answer.status, answer.headers.get('x-speech-backend'), await answer.json()]).toEqual([200, 'whisper', { text: 'hello' }]);
  expect(await (await transcribed(made, { response_format: 'srt' })).text()).toBe('1\n00:00:00,000 --> 00:00:01,000\nhello\n\n');
  expect(await made.files()).toEqual([]);
  expect(await made.figure('speech_gateway_requests_total{task="transcription",result="answered"}')).toBe(2);
});

test('the next back end answers where the first is broken, and it is counted', async () => {
  const broken = await listener('whisper', (_asked, response) => sendJson(response, { detail: 'out of memory' }, 500));
  const other = await listener('other', (_asked, response) => sendJson(response, { text: 'heard' }));
  const made = await gateway({ listeners: [broken, other] });
  const answer = await transcribed(made);
  expect([answer.headers.get('x-speech-backend'), await answer.json()]).toEqual(['other', { text: 'heard' }]);
  expect(await made.figure('speech_gateway_fallbacks_total{task="transcription",backend="whisper",reason="failed"}')).toBe(1);
  expect(made.logged()).toContain('out of memory');
});

test('one that is away is passed over, and asked again once it is back', async () => {
  const other = await listener('other', (_asked, response) => sendJson(response, { text: 'heard' }));
  const made = await gateway({ listeners: [openaiListener({ name: 'whisper', ...away }), other] });
  expect(await (await fetch(`${made.url}/health`)).json()).toMatchObject({ transcription: { whisper: 'away', other: 'up' } });
  expect((await transcribed(made)).headers.get('x-speech-backend')).toBe('other');
  expect(await made.figure('speech_gateway_fallbacks_total{task="transcription",backend="whisper",reason="away"}')).toBe(1);
  expect(await made.figure('speech_gateway_backend_up{task="transcription",backend="whisper"}')).toBe(0);
});

test('a fault of the client goes to no other back end', async () => {
  const strict = await listener('whisper', (_asked, response) => sendJson(response, { detail: 'no audio' }, 415));
  const other = await backend((_asked, response) => sendJson(response, { text: 'heard' }));
  const made = await gateway({ listeners: [strict, openaiListener({ name: 'other', url: other.url, model: 'x' })] });
  const answer = await transcribed(made);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { type: 'invalid_request_error', message: expect.stringContaining('no audio') as string },
  });
  expect(other.asked).toEqual([]);
});

test('a slow one gives way, and when nobody can the client hears who failed', async () => {
  const slow = await listener('slow', () => undefined);
  // It fails at once: a machine so busy that it takes a second over a refused connection would call it slow too.
  const none: Listener = {
    ...openaiListener({ name: 'none', ...away }),
    transcribe: async () => Promise.reject(new BackendFailure('away', 'it does not answer')),
  };
  const made = await gateway({ listeners: [slow, none], limitSeconds: 1 });
  const answer = await transcribed(made);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  const { error } = (await answer.json()) as { error: { message: string; type: string; code: string } };
  expect(error).toMatchObject({ type: 'server_error', code: 'backend_unavailable' });
  expect(error.message).toMatch(/slow: took more than 1 s; none: .*does not answer/);
  expect(await made.figure('speech_gateway_requests_total{task="transcription",result="failed"}')).toBe(1);
});

test('a name of a back end is that one alone, and other names are none', async () => {
  const first = await listener('whisper', (_asked, response) => sendJson(response, { text: 'first' }));
  const second = await listener('other', (_asked, response) => sendJson(response, { text: 'second' }));
  const made = await gateway({ listeners: [first, second] });
  expect(await (await transcribed(made, { model: 'other' })).json()).toEqual({ text: 'second' });
  const answer = await transcribed(made, { model: 'gpt-9' });
  expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'model_not_found', param: 'model' } }]);
});

test('a language is asked of those who know it', async () => {
  const english: Listener = {
    ...(await listener('english', (_asked, response) => sendJson(response, { text: 'nonsense' }))),
    languages: ['en'],
  };
  const made = await gateway({ listeners: [english] });
  expect((await transcribed(made, { language: 'en' })).status).toBe(200);
  const answer = await transcribed(made, { language: 'de' });
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { param: 'language' } }]);
});

test('too many at once are told to come again', async () => {
  let release = (): void => undefined;
  const opened = new Promise<void>((resolve) => (release = resolve));
  const whisper = await listener('whisper', (_asked, response) => void opened.then(() => sendJson(response, { text: 'late' })));
  const made = await gateway({ listeners: [whisper], slots: { atOnce: 1, waiting: 1, waitMs: 60_000 } });
  const inside = [transcribed(made), transcribed(made)];
  await expect.poll(async () => made.figure('speech_gateway_running{task="transcription"}'), patience).toBe(1);
  await expect.poll(async () => (await made.files()).length, patience).toBe(2);
  const answer = await transcribed(made);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60']);
  expect(await answer.json()).toMatchObject({ error: { type: 'requests', code: 'rate_limit_exceeded' } });
  release();
  for (const one of inside) expect((await one).status).toBe(200);
  expect(await made.files()).toEqual([]);
});

test('a client that goes away frees its place, its file and the back end', async () => {
  const silent = await backend(() => undefined);
  const made = await gateway({ listeners: [openaiListener({ name: 'whisper', url: silent.url, model: 'x' })] });
  const leaving = new AbortController();
  const body = form({ model: 'whisper-1' }, wav);
  const asked = fetch(`${made.url}/v1/audio/transcriptions`, { method: 'POST', body, signal: leaving.signal });
  await expect.poll(() => silent.asked.length, patience).toBe(1);
  leaving.abort();
  await expect(asked).rejects.toThrow(/abort/i);
  await silent.left;
  await expect.poll(async () => made.figure('speech_gateway_requests_total{task="transcription",result="gone"}'), patience).toBe(1);
  expect([await made.figure('speech_gateway_running{task="transcription"}'), await made.files()]).toEqual([0, []]);
});

test('without the token nothing is done, and only names are told', async () => {
  const whisper = await listener('whisper', (_asked, response) => sendJson(response, { text: 'heard' }));
  const made = await gateway({ listeners: [whisper], token: 'the-token' });
  for (const [header, code] of [
    [undefined, null],
    ['Basic dGhlLXRva2Vu', null],
    ['Bearer', null],
    ['Bearer the-toke', 'invalid_api_key'],
    ['Bearer the-token2', 'invalid_api_key'],
  ] as const) {
    for (const path of ['/v1/models', '/v1/audio/transcriptions', '/v1/audio/speech', '/nowhere']) {
      const method = path.includes('audio') ? 'POST' : 'GET';
      const answer = await fetch(`${made.url}${path}`, { method, ...(header === undefined ? {} : { headers: { authorization: header } }) });
      expect([path, answer.status, await answer.json()]).toMatchObject([path, 401, { error: { type: 'invalid_request_error', code } }]);
    }
  }
  for (const path of ['/health', '/v1/audio/voices', '/v1/audio/models']) expect((await fetch(`${made.url}${path}`)).status).not.toBe(401);
  const headers = { authorization: 'bearer the-token' };
  expect((await post(`${made.url}/v1/audio/transcriptions`, form({ model: 'whisper-1' }, wav), headers)).status).toBe(200);
  expect(made.logged()).not.toContain('the-token');
});

test('models and voices are listed as clients read them', async () => {
  const kokoro = await backend((_asked, response) => sendJson(response, { voices: [{ id: 'af_bella', name: 'Bella' }] }));
  const whisper = await listener('whisper', (_asked, response) => sendJson(response, { text: '' }));
  const made = await gateway({ listeners: [whisper], speakers: [openaiSpeaker({ name: 'kokoro', url: kokoro.url, model: 'x' })] });
  const { data } = (await (await fetch(`${made.url}/v1/models`)).json()) as { data: { id: string; object: string; created: number }[] };
  expect(data.map(({ id }) => id)).toEqual(['whisper-1', 'whisper', 'tts-1', 'tts-1-hd', 'kokoro']);
  expect(data[0]).toEqual({ id: 'whisper-1', object: 'model', created: 0, owned_by: 'speech-gateway' });
  expect(await (await fetch(`${made.url}/v1/models/tts-1`)).json()).toMatchObject({ id: 'tts-1' });
  expect((await fetch(`${made.url}/v1/models/none`)).status).toBe(404);
  const { voices } = (await (await fetch(`${made.url}/v1/audio/voices`)).json()) as { voices: { id: string; name: string }[] };
  expect([voices[0]?.id, voices.at(-1)]).toMatchObject(['alloy', { id: 'af_bella', name: 'Bella', backend: 'kokoro' }]);
  expect(voices.filter(({ id }) => id === 'alloy')).toHaveLength(1);
});

test('health is bad only where a task is done by nobody', async () => {
  const whisper = await listener('whisper', (_asked, response) => sendJson(response, { text: '' }));
  const kokoro = await backend((_asked, response) => sendJson(response, {}, 404));
  const speaker = openaiSpeaker({ name: 'kokoro', url: kokoro.url, model: 'x' });
  const piper = wyomingSpeaker({ name: 'piper', host: '127.0.0.1', port: 9 });
  const degraded = await gateway({ listeners: [whisper], speakers: [piper, speaker] });
  const health = await fetch(`${degraded.url}/health`);
  expect([health.status, await health.json()]).toMatchObject([200, { status: 'degraded', speech: { piper: 'away', kokoro: 'up' } }]);
  kokoro.close();
  await degraded.look();
  const failed = await fetch(`${degraded.url}/health`);
  expect([failed.status, await failed.json()]).toMatchObject([503, { status: 'failed' }]);
});

test('what is to be read aloud is checked before anybody is asked', async () => {
  const kokoro = await backend((_asked, response) => sendJson(response, {}, 404));
  const made = await gateway({ speakers: [openaiSpeaker({ name: 'kokoro', url: kokoro.url, model: 'x' })] });
  kokoro.asked.length = 0;
  const url = `${made.url}/v1/audio/speech`;
  const good = { model: 'tts-1', voice: 'alloy', input: 'hello' };
  expect((await post(url, JSON.stringify({ ...good, voice: 'nobody' }))).status).toBe(400);
  expect((await post(url, JSON.stringify({ ...good, speed: 9 }))).status).toBe(400);
  expect((await post(url, '{')).status).toBe(400);
  expect((await post(url, JSON.stringify({ ...good, input: 'x'.repeat(200_000) }))).status).toBe(413);
  expect((await post(url, JSON.stringify(good), { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await post(url, form(good))).status).toBe(415);
  expect(kokoro.asked).toEqual([]);
  expect(await made.figure('speech_gateway_requests_total{task="speech",result="refused"}')).toBe(6);
  expect((await fetch(`${made.url}/v1/audio/speech`)).status).toBe(404);
});
