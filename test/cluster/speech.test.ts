import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { run } from '../../src/kit/process.ts';
import { event, type FakeWyoming, fakeWyoming } from '../../src/speech/testing/fake-wyoming.ts';
import { form } from '../../src/speech/testing/upload.ts';
import { docker, eventually } from './support/command.ts';
import { speechImage, startGateway } from './support/speech-unit.ts';

const container = `test-speech-${process.pid}`;
const token = 'the-token-of-this-test';
const pcm = '{"rate": 16000, "width": 2, "channels": 1}';
/** A second of silence, as a server of the protocol says it. */
const second = Buffer.concat([event('audio-start', pcm), event('audio-chunk', pcm, Buffer.alloc(32_000)), event('audio-stop', '{}')]);

let folder: string;
let url: string;
let metrics: string;
let piper: FakeWyoming;
let whisper: FakeWyoming;
/** What the next one who asks piper gets; where absent it is broken. */
let piperSays: ((socket: Socket) => void) | undefined;

beforeAll(async () => {
  const image = await speechImage();
  piper = await fakeWyoming((heard, socket) => {
    if (heard.includes('"describe"')) socket.end(event('info', '{"tts": [{"voices": [{"name": "de_DE-x", "languages": ["de_DE"]}]}]}'));
    else if (piperSays) piperSays(socket);
    else socket.end(event('error', '{"text": "out of voice"}'));
  });
  whisper = await fakeWyoming((heard, socket) => {
    if (heard.includes('"describe"')) socket.end(event('info', '{"asr": [{"models": []}]}'));
    else if (heard.includes('"audio-stop"')) socket.end(event('transcript', '{"text": " guten tag ", "language": "de"}'));
  });
  folder = await mkdtemp(join(tmpdir(), 'datamancy-speech-'));
  await chmod(folder, 0o755);
  const [port, measured] = [await freePort(), await freePort()];
  url = `http://127.0.0.1:${port}`;
  metrics = `http://127.0.0.1:${measured}/metrics`;
  const work = { at_once: 2, waiting: 4, wait_seconds: 20, limit_seconds: 60 };
  const config = {
    server: { host: '127.0.0.1', port },
    metrics: { host: '127.0.0.1', port: measured },
    scratch: '/scratch',
    upload_bytes: 26_214_400,
    transcription: {
      ...work,
      backends: [
        { kind: 'pocketsphinx', name: 'pocketsphinx' },
        { kind: 'wyoming', name: 'whisper', host: whisper.host, port: whisper.port },
      ],
    },
    speech: {
      ...work,
      backends: [
        { kind: 'wyoming', name: 'piper', host: piper.host, port: piper.port },
        { kind: 'espeak', name: 'espeak-ng' },
      ],
    },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'token'), token);
  await startGateway({ name: container, image, folder });
  await isHealthy();
});

afterAll(async () => {
  await run(['docker', 'rm', '-f', container]);
  piper.close();
  whisper.close();
  await rm(folder, { recursive: true, force: true });
});

async function isHealthy(): Promise<void> {
  const look = async (): Promise<boolean | string> => (await (await fetch(`${url}/health`)).text()).includes('"status":"ok"') || 'not well';
  await eventually('the gateway is well', async () => look().catch(String));
}

async function said(wishes: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ model: 'espeak-ng', voice: 'alloy', input: 'three three three', ...wishes });
  return fetch(`${url}/v1/audio/speech`, { method: 'POST', headers, body });
}

async function audio(wishes: object): Promise<Buffer> {
  const answer = await said(wishes);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function heard(file: Uint8Array, fields: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Response> {
  const body = form({ model: 'pocketsphinx', ...fields }, file);
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${url}/v1/audio/transcriptions`, { method: 'POST', headers, body, ...(signal ? { signal } : {}) });
}

/** A program of the image, outside the gateway. */
async function inside(argv: readonly string[], input: Uint8Array = new Uint8Array()): Promise<Buffer> {
  const { stdout } = await execa('docker', ['exec', '-i', container, ...argv], { input, encoding: 'buffer', maxBuffer: 2 ** 27 });
  return Buffer.from(stdout);
}

const probed = z.object({
  streams: z.array(z.object({ codec_name: z.string(), sample_rate: z.string(), channels: z.number() })),
  format: z.object({ format_name: z.string() }),
});

async function probe(file: Buffer, ...format: readonly string[]): Promise<z.infer<typeof probed>> {
  const shown = 'stream=codec_name,sample_rate,channels:format=format_name';
  return probed.parse(
    JSON.parse(String(await inside(['ffprobe', '-v', 'error', '-show_entries', shown, '-of', 'json', ...format, '-i', 'pipe:0'], file))),
  );
}

/** Decoded to the last sample, so a file that is cut off shows. */
async function secondsOf(file: Buffer, ...format: readonly string[]): Promise<number> {
  const samples = await inside(
    ['ffmpeg', '-v', 'error', '-xerror', ...format, '-i', 'pipe:0', '-ac', '1', '-ar', '16000', '-f', 's16le', 'pipe:1'],
    file,
  );
  return samples.length / 32_000;
}

async function programs(): Promise<string> {
  return docker('top', container, '-eo', 'pid,args');
}

async function isCalm(): Promise<void> {
  await eventually('no program of a request runs', async () => !/ffmpeg|pocketsphinx|espeak/.test(await programs()) || (await programs()));
  await eventually('nothing is kept', async () => String(await inside(['sh', '-c', 'find /scratch -type f'])) === '' || 'files are kept');
}

test.each([
  ['mp3', 'mp3', 'mp3', '24000'],
  ['opus', 'ogg', 'opus', '48000'],
  ['aac', 'aac', 'aac', '24000'],
  ['flac', 'flac', 'flac', '24000'],
  ['wav', 'wav', 'pcm_s16le', '24000'],
])('a sentence is read aloud as %s', async (response_format, container, codec, rate) => {
  const file = await audio({ response_format });
  const { streams, format } = await probe(file);
  expect([format.format_name, streams]).toEqual([container, [{ codec_name: codec, sample_rate: rate, channels: 1 }]]);
  const seconds = await secondsOf(file);
  expect([seconds > 0.8, seconds < 2.5]).toEqual([true, true]);
});

test('pcm is what OpenAI means by it, wav says how long it is, and speed changes that', async () => {
  const samples = await audio({ response_format: 'pcm' });
  const file = await audio({ response_format: 'wav' });
  expect([file.readUInt32LE(4) + 8, file.readUInt32LE(40) + 44]).toEqual([file.length, file.length]);
  expect(file.subarray(44).equals(samples)).toBe(true);
  const usual = samples.length / 48_000;
  for (const speed of [0.25, 0.7, 2, 4]) {
    const seconds = (await audio({ response_format: 'pcm', speed })).length / 48_000;
    expect([speed, Math.abs((seconds * speed) / usual - 1) < 0.15]).toEqual([speed, true]);
  }
});

test.each(['wav', 'mp3', 'opus', 'flac', 'aac'])('what was said as %s is heard again', async (response_format) => {
  const answer = await heard(await audio({ response_format }));
  expect([answer.status, answer.headers.get('x-speech-backend')]).toEqual([200, 'pocketsphinx']);
  expect(await answer.json()).toEqual({ text: expect.stringMatching(/\b(three|free)\b/) as string });
  await isCalm();
});

test('words have their times, in every form of answer', async () => {
  const file = await audio({ response_format: 'mp3' });
  const long = (await (await heard(file, { response_format: 'verbose_json', 'timestamp_granularities[]': 'word' })).json()) as {
    readonly duration: number;
    readonly words: readonly { readonly word: string; readonly start: number; readonly end: number }[];
  };
  expect(Math.abs(long.duration - (await secondsOf(file)))).toBeLessThan(0.2);
  const three = long.words.find(({ word }) => word === 'three');
  expect([(three?.end ?? 0) > (three?.start ?? 9), (three?.end ?? 9) <= long.duration]).toEqual([true, true]);
  expect(await (await heard(file, { response_format: 'srt' })).text()).toMatch(/^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n.*three/);
  expect(await (await heard(file, { response_format: 'vtt' })).text()).toMatch(/^WEBVTT\n\n00:00:0\d\.\d{3} --> /);
  expect(await (await heard(file, { response_format: 'text' })).text()).toMatch(/three.*\n$/);
});

test('silence has no words, and a text that looks like a command is only read', async () => {
  const silence = await inside(['ffmpeg', '-v', 'error', '-f', 'lavfi', '-i', 'anullsrc', '-t', '2', '-f', 'wav', 'pipe:1']);
  expect(await (await heard(silence)).json()).toEqual({ text: '' });
  const texts = [
    '--help',
    '-f /etc/passwd',
    '"; touch /scratch/x; #',
    '<speak><break time="100s"/></speak>',
    '[[h@l\u0001]]',
    '\u0001\u0002 \u0000',
    '日本語',
    '.',
  ];
  for (const input of texts) {
    const seconds = (await audio({ input, response_format: 'pcm' })).length / 48_000;
    expect([input, seconds < 15]).toEqual([input, true]);
  }
  for (const voice of ['--help', '-v', '../../etc/passwd', 'en-us;id']) expect((await said({ voice })).status).toBe(400);
  await isCalm();
});

test('what is no audio is refused, and no file that an upload names is opened', async () => {
  const video = await inside('ffmpeg -v error -f lavfi -i testsrc=d=1:s=64x64 -c:v mpeg4 -f matroska pipe:1'.split(' '));
  const list = `#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/speech-gateway/token\n#EXT-X-ENDLIST\n`;
  const uploads = [
    Buffer.from('this is no audio at all'),
    Buffer.alloc(100_000),
    Buffer.from(list),
    Buffer.from("ffconcat version 1.0\nfile '/etc/speech-gateway/token'\n"),
    Buffer.from('v=0\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n'),
    Buffer.from('RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00', 'latin1'),
    video,
  ];
  for (const [index, file] of uploads.entries()) {
    const answer = await heard(file);
    expect([index, answer.status, await answer.json()]).toMatchObject([
      index,
      400,
      { error: { param: 'file', type: 'invalid_request_error' } },
    ]);
  }
  expect((await heard(Buffer.alloc(26_214_401))).status).toBe(413);
  await isCalm();
});

test('who goes away ends the programs that worked for him', async () => {
  const twentyMinutes = await inside('ffmpeg -v error -f lavfi -i anoisesrc=d=1200:a=0.5 -ac 1 -b:a 32k -f mp3 pipe:1'.split(' '));
  const leaving = new AbortController();
  const asked = heard(twentyMinutes, {}, leaving.signal);
  await eventually('it listens', async () => /ffmpeg[^]*pocketsphinx_continuous|pocketsphinx_continuous[^]*ffmpeg/.test(await programs()));
  leaving.abort();
  await expect(asked).rejects.toThrow(/abort/i);
  await isCalm();
});

test('Piper reads where it can, and eSpeak NG where it cannot', async () => {
  piperSays = (socket) => socket.end(second);
  const answer = await said({ model: 'tts-1', response_format: 'mp3' });
  expect(answer.headers.get('x-speech-backend')).toBe('piper');
  expect(Math.abs((await secondsOf(Buffer.from(await answer.arrayBuffer()))) - 1)).toBeLessThan(0.15);
  piperSays = undefined;
  const fallen = await said({ model: 'tts-1', voice: 'de_DE-x', input: 'Guten Tag', response_format: 'opus' });
  expect([fallen.status, fallen.headers.get('x-speech-backend')]).toEqual([200, 'espeak-ng']);
  expect(await secondsOf(Buffer.from(await fallen.arrayBuffer()))).toBeGreaterThan(0.5);
  expect(await (await fetch(metrics)).text()).toContain('speech_gateway_fallbacks_total{task="speech",backend="piper",reason="failed"} 1');
});

test('what breaks off in the middle is never taken for the whole', async () => {
  const chunk = event('audio-chunk', pcm, Buffer.alloc(320_000));
  piperSays = (socket) => socket.end(Buffer.concat([event('audio-start', pcm), chunk, chunk, chunk, chunk]));
  await expect((await said({ model: 'tts-1', response_format: 'mp3' })).arrayBuffer()).rejects.toThrow(/terminated/);
  // A file that is made whole first can still come from another.
  const whole = await said({ model: 'tts-1', response_format: 'wav' });
  expect([whole.status, whole.headers.get('x-speech-backend')]).toEqual([200, 'espeak-ng']);
  expect((await whole.arrayBuffer()).byteLength).toBe(Number(whole.headers.get('content-length')));
  await isCalm();
});

test('a server of the Wyoming protocol hears the whole recording', async () => {
  const file = await audio({ response_format: 'flac' });
  const answer = await heard(file, { model: 'whisper', language: 'de', response_format: 'verbose_json' });
  expect(await answer.json()).toMatchObject({ text: 'guten tag', language: 'de' });
  const told = whisper.heard();
  expect(told.toString('latin1')).toMatch(/^\{"type":"transcribe"[^\n]*\n\{"language":"de"\}\{"type":"audio-start"/);
  expect(Math.abs(told.length / 32_000 - (await secondsOf(file)))).toBeLessThan(0.1);
});

test('it proves itself, and lets nobody in without the token', async () => {
  expect(String(await inside(['node', '/app/serve.js', 'speech-gateway', '--check']))).toMatch(/^heard: \w+/);
  expect((await fetch(`${url}/v1/models`)).status).toBe(401);
});
