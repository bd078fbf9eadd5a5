import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { TranscriptionRequest } from '../requests.ts';
import { type FakeOpenai, fakeOpenai, sendJson } from '../testing/fake-openai.ts';
import type { Transcript } from '../transcript.ts';
import { openaiListener, openaiSpeaker } from './openai.ts';

const never = new AbortController().signal;
const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256));
const plain: TranscriptionRequest = {
  model: 'whisper-1',
  language: undefined,
  prompt: undefined,
  temperature: 0,
  format: 'json',
  words: false,
};
const running: FakeOpenai[] = [];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'speech-openai-'));
  await writeFile(join(folder, 'upload'), bytes);
});

afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function server(answer: (response: ServerResponse) => void): Promise<FakeOpenai> {
  const fake = await fakeOpenai((_asked, response) => answer(response));
  running.push(fake);
  return fake;
}

async function transcribed({ url }: FakeOpenai, request = plain): Promise<Transcript> {
  const listener = openaiListener({ name: 'whisper', url, model: 'transcription', key: 'the-key' });
  return listener.transcribe({ path: join(folder, 'upload'), bytes: bytes.length, extension: 'webm' }, request, never);
}

test('the file arrives as it was sent, with the fields of the request', async () => {
  const fake = await server((response) => sendJson(response, { text: ' hello ' }));
  const prompt = 'a "quoted"\r\n--word';
  expect(await transcribed(fake, { ...plain, language: 'de', prompt, temperature: 0.5 })).toEqual({
    text: 'hello',
    segments: [],
    words: [],
  });
  const [asked] = fake.asked;
  expect(asked?.path).toBe('/v1/audio/transcriptions');
  expect(asked?.headers).toMatchObject({ authorization: 'Bearer the-key', 'content-length': String(asked?.body.length) });
  const form = await new Response(asked?.body, { headers: { 'content-type': asked?.headers['content-type'] ?? '' } }).formData();
  const file = form.get('file') as File;
  expect([file.name, Buffer.from(await file.arrayBuffer()).equals(bytes)]).toEqual(['audio.webm', true]);
  const fields = [...form].filter(([key]) => key !== 'file');
  expect(Object.fromEntries(fields)).toEqual({
    model: 'transcription',
    response_format: 'json',
    temperature: '0.5',
    language: 'de',
    prompt,
  });
});

test('times are asked for where they are needed, and what is told of them is kept', async () => {
  const segments = [{ id: 0, start: 0, end: 1.5, text: ' hello', tokens: [1], avg_logprob: -0.2 }];
  const words = [{ word: 'hello', start: 0, end: 1.5 }];
  const fake = await server((response) => sendJson(response, { text: 'hello', language: 'en', duration: '1.6', segments, words }));
  const told = await transcribed(fake, { ...plain, format: 'verbose_json', words: true });
  expect(told).toEqual({ text: 'hello', language: 'en', durationSeconds: 1.6, segments, words });
  expect(fake.asked[0]?.body.toString('latin1').match(/timestamp_granularities\[\]"\r\n\r\n(word|segment)/g)).toHaveLength(2);
  expect(fake.asked[0]?.body.toString('latin1')).toContain('verbose_json');
});

test('a server that answers plain text is understood, and one without a text is a failure and never an empty text', async () => {
  const textual = await server((response) => response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('hello there\n'));
  expect(await transcribed(textual)).toMatchObject({ text: 'hello there' });
  for (const [type, body] of [
    ['application/json', '{"result": "hello"}'],
    ['application/json', 'hello'],
    ['text/html', '<html>'],
    ['application/json', ''],
  ] as const) {
    const fake = await server((response) => response.writeHead(200, { 'content-type': type }).end(body));
    await expect(transcribed(fake)).rejects.toMatchObject({ name: 'BackendFailure', kind: 'failed' });
  }
});

test.each([
  [400, 'Refusal'],
  [413, 'Refusal'],
  [415, 'Refusal'],
  [422, 'Refusal'],
  [401, 'BackendFailure'],
  [404, 'BackendFailure'],
  [429, 'BackendFailure'],
  [500, 'BackendFailure'],
  [503, 'BackendFailure'],
])('status %i is a %s', async (status, name) => {
  const fake = await server((response) => sendJson(response, { detail: 'why\u001b[2J' }, status));
  await expect(transcribed(fake)).rejects.toMatchObject({ name, message: expect.stringContaining('why') as string });
});

test('an answer that breaks off is a failure, and so is a server that is not there', async () => {
  const fake = await server((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"text": "hel');
    setTimeout(() => response.destroy(), 10);
  });
  await expect(transcribed(fake)).rejects.toMatchObject({ name: 'BackendFailure' });
  fake.close();
  await expect(transcribed(fake)).rejects.toMatchObject({ kind: 'away' });
});

test('audio is asked for in the one format that every server makes, and nothing else is taken for it', async () => {
  const fake = await server((response) => response.writeHead(200, { 'content-type': 'audio/wav' }).end('RIFF'));
  const speaker = openaiSpeaker({ name: 'kokoro', url: fake.url, model: 'kokoro' });
  const sound = await speaker.speak('hello', 'nova', never);
  expect([sound.kind, await text(sound.stream)]).toEqual(['file', 'RIFF']);
  expect(JSON.parse(fake.asked[0]?.body.toString() ?? '')).toEqual({
    model: 'kokoro',
    input: 'hello',
    voice: 'nova',
    response_format: 'wav',
  });
  const wrong = await server((response) => sendJson(response, { error: 'x' }));
  await expect(openaiSpeaker({ name: 'kokoro', url: wrong.url, model: 'kokoro' }).speak('x', 'nova', never)).rejects.toMatchObject({
    kind: 'failed',
  });
});

test('voices are listed in any of the shapes that servers have, and a server without a list has the usual ones', async () => {
  const fake = await server((response) =>
    sendJson(response, { voices: ['af_bella', { id: 'x', name: 'X', language: 'de' }, { name: 'emma' }] }),
  );
  const voices = await openaiSpeaker({ name: 'kokoro', url: fake.url, model: 'kokoro' }).look(never);
  expect(voices.slice(-3).map(({ id, language }) => [id, language])).toEqual([
    ['af_bella', ''],
    ['x', 'de'],
    ['emma', ''],
  ]);
  const none = await server((response) => sendJson(response, {}, 404));
  expect((await openaiSpeaker({ name: 'kokoro', url: none.url, model: 'kokoro' }).look(never)).map(({ id }) => id)).toContain('alloy');
});
