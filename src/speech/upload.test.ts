import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openaiListener } from './backends/openai.ts';
import { type FakeOpenai, fakeOpenai, sendJson } from './testing/fake-openai.ts';
import { exchange, form } from './testing/upload.ts';
import { type RunningGateway, runningGateway } from './testing/running-gateway.ts';

const most = 100_000;
const patience = { timeout: 10_000 };
let whisper: FakeOpenai;
let made: RunningGateway;

beforeAll(async () => {
  whisper = await fakeOpenai((_asked, response) => sendJson(response, { text: 'heard' }));
  const listeners = [openaiListener({ name: 'whisper', url: whisper.url, model: 'x' })];
  made = await runningGateway({ listeners, uploadBytes: most, slots: { atOnce: 2, waiting: 0, waitMs: 100 } });
});

afterAll(async () => {
  await made.close();
  whisper.close();
});

async function sent(body: FormData | string | Uint8Array, type?: string): Promise<readonly [number, string]> {
  const headers = type === undefined ? {} : { headers: { 'content-type': type } };
  const answer = await fetch(`${made.url}/v1/audio/transcriptions`, {
    method: 'POST',
    body: body instanceof Uint8Array ? Uint8Array.from(body) : body,
    ...headers,
  });
  return [answer.status, JSON.stringify(await answer.json())];
}

/** Both places are free and nothing is kept: what was refused before is over. */
async function isCalm(): Promise<void> {
  const kept = async (): Promise<unknown> => [await made.figure('speech_gateway_running{task="transcription"}'), await made.files()];
  await expect.poll(kept, patience).toEqual([0, []]);
  expect((await sent(form({ model: 'whisper-1' }, randomBytes(most))))[0]).toBe(200);
}

function head(length: string): string {
  return `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n${length}\r\n\r\n`;
}

const filePart = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n';

test('a file may come before or after the fields, and its name decides about nothing but its ending', async () => {
  whisper.asked.length = 0;
  const first = new FormData();
  first.set('file', new Blob([Uint8Array.from(randomBytes(100))]), '../../../etc/passwd');
  first.set('model', 'whisper-1');
  expect((await sent(first))[0]).toBe(200);
  expect((await sent(form({ model: 'whisper-1' }, randomBytes(100), '../x/évil".MP3')))[0]).toBe(200);
  const names = whisper.asked.map(({ body }) => /filename="([^\r]*)"/.exec(body.toString('latin1'))?.[1]);
  expect(names).toEqual(['audio', 'audio.mp3']);
});

test.each([
  ['no file', form({ model: 'whisper-1' }), 400, 'file'],
  ['a file of no bytes', form({ model: 'whisper-1' }, new Uint8Array()), 400, 'empty'],
  ['no model', form({}, randomBytes(10)), 400, 'model'],
  ['a file that is one byte too large', form({ model: 'whisper-1' }, randomBytes(most + 1)), 413, 'size limit'],
  ['a field that is too long', form({ model: 'whisper-1', prompt: 'x'.repeat(40_000) }, randomBytes(10)), 400, 'too long'],
  [
    'too many fields',
    form({ model: 'm', ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, 'x'])) }, randomBytes(9)),
    400,
    'too many',
  ],
])('a form with %s is refused', async (_what, body, status, words) => {
  const [got, text] = await sent(body);
  expect([got, text]).toEqual([status, expect.stringContaining(words)]);
  await isCalm();
});

test.each([
  ['JSON', '{}', 'application/json', 415],
  ['no type', randomBytes(100), 'application/octet-stream', 415],
  ['no boundary', 'x', 'multipart/form-data', 400],
  ['another boundary', '--a\r\n\r\n--a--\r\n', 'multipart/form-data; boundary=b', 400],
  ['noise', randomBytes(50_000), 'multipart/form-data; boundary=b', 400],
  ['half a form', `${filePart}RIFF`, 'multipart/form-data; boundary=b', 400],
  ['half a header', '--b\r\ncontent-disposition: form-data; name="fi', 'multipart/form-data; boundary=b', 400],
  ['headers without an end', `--b\r\n${'x-a: b\r\n'.repeat(20_000)}`, 'multipart/form-data; boundary=b', 400],
  ['nothing', '', 'multipart/form-data; boundary=b', 400],
])('a body that is %s is refused', async (_what, body, type, status) => {
  expect((await sent(body, type))[0]).toBe(status);
  await isCalm();
});

test('a body that says it is too large is refused before it comes', async () => {
  const answer = await exchange(made.port, [head('content-length: 99999999999')]);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  await isCalm();
});

test.each([
  ['file', filePart],
  ['preamble', ''],
])('an endless %s ends at the limit', async (_what, begin) => {
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const parts = [
    head('transfer-encoding: chunked'),
    `${begin.length.toString(16)}\r\n${begin}\r\n`,
    ...Array.from({ length: 40 }, () => chunk),
  ];
  const answer = await exchange(made.port, begin === '' ? [parts[0] ?? '', ...parts.slice(2)] : parts);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  await isCalm();
});

test('a client that leaves in the middle of its upload leaves nothing behind', async () => {
  expect(await exchange(made.port, [head('content-length: 50000'), filePart, 'RIFF'], AbortSignal.timeout(200))).toBe('');
  await isCalm();
});

test('uploads that hang take places only until they end', async () => {
  const leaving = new AbortController();
  const hanging = [1, 2].map(async () => exchange(made.port, [head('content-length: 50000'), filePart, 'RIFF'], leaving.signal));
  await expect.poll(async () => (await made.files()).length, patience).toBe(2);
  expect((await sent(form({ model: 'whisper-1' }, randomBytes(10))))[0]).toBe(429);
  leaving.abort();
  await Promise.all(hanging);
  await isCalm();
});
