import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { safeText } from '../../kit/log.ts';
import { ask, type Asked } from '../ask.ts';
import { BackendFailure, Refusal } from '../failure.ts';
import { readAll } from '../read-all.ts';
import type { TranscriptionRequest } from '../requests.ts';
import type { Transcript } from '../transcript.ts';
import { openaiVoices, type Voice } from '../voices.ts';
import type { Listener, Speaker, Upload } from './backend.ts';

export interface OpenaiSettings {
  readonly name: string;
  /** Base address, which ends in `/v1`. */
  readonly url: string;
  /** The model's name there. */
  readonly model: string;
  readonly key?: string | undefined;
}

const mostAnswerBytes = 32 * 1024 * 1024;
const segmentSchema = z.looseObject({ start: z.number(), end: z.number(), text: z.string() });
const transcriptSchema = z.object({
  text: z.string(),
  language: z.string().nullish(),
  duration: z.coerce.number().nullish(),
  segments: z.array(segmentSchema).nullish(),
  words: z.array(z.object({ word: z.string(), start: z.number(), end: z.number() })).nullish(),
});
const voiceName = z.string().min(1).max(200);
const voicesSchema = z.object({
  voices: z.array(
    z.union([voiceName, z.looseObject({ id: voiceName.optional(), name: voiceName.optional(), language: z.string().nullish() })]),
  ),
});

/** Statuses that say something of the server and nothing of the request: a wrong key, a model that is missing, too much to do. */
const ofTheServer: ReadonlySet<number> = new Set([401, 403, 404, 405, 408, 409, 429]);

export function openaiListener(settings: OpenaiSettings): Listener {
  return {
    name: settings.name,
    async look(signal) {
      await answered(settings, 'models', { method: 'GET', headers: {} }, signal);
      return [];
    },
    async transcribe(upload, request, signal) {
      const { type, text } = await answered(settings, 'audio/transcriptions', form(settings, upload, request), signal);
      return readTranscript(settings, type, text);
    },
  };
}

export function openaiSpeaker(settings: OpenaiSettings): Speaker {
  return {
    name: settings.name,
    async look(signal) {
      await answered(settings, 'models', { method: 'GET', headers: {} }, signal);
      return [...openaiVoices.map((id) => ({ id, name: id, language: '' })), ...(await ownVoices(settings, signal))];
    },
    async speak(text, voice = 'alloy', signal) {
      // Not every server makes every format, but all of them this one; and their limits of speed differ.
      const body = JSON.stringify({ model: settings.model, input: text, voice, response_format: 'wav' });
      const headers = { 'content-type': 'application/json' };
      const stream = await answer(settings, 'audio/speech', { method: 'POST', headers, body }, signal);
      const type = stream.headers['content-type'] ?? '';
      if (/^(audio\/|application\/octet-stream)/.test(type)) return { kind: 'file', stream };
      stream.destroy();
      throw new BackendFailure('failed', `${settings.name} answered ${safeText(type)} in place of audio`);
    },
  };
}

/** Servers that list no voices have those of OpenAI. */
async function ownVoices(settings: OpenaiSettings, signal: AbortSignal): Promise<readonly Voice[]> {
  const { type, text } = await answered(settings, 'audio/voices', { method: 'GET', headers: {} }, signal).catch((cause: unknown) => {
    if (cause instanceof BackendFailure && cause.kind === 'failed') return { type: '', text: '' };
    throw cause;
  });
  const { data } = voicesSchema.safeParse(isJson(type) ? parseJson(settings, text) : undefined);
  return (data?.voices ?? []).flatMap((voice) => {
    const { id, name, language } = typeof voice === 'string' ? { id: voice, name: voice, language: '' } : voice;
    const known = id ?? name;
    return known === undefined ? [] : [{ id: known, name: name ?? known, language: language ?? '' }];
  });
}

/** Times are asked for only where they are needed, because some models tell none. */
function form(settings: OpenaiSettings, upload: Upload, request: TranscriptionRequest): Asked {
  const boundary = `speech-${randomBytes(16).toString('hex')}`;
  const isTimed = request.format !== 'json' && request.format !== 'text';
  const fields = [
    ['model', settings.model],
    ['response_format', isTimed ? 'verbose_json' : 'json'],
    ['temperature', String(request.temperature)],
    ...(request.language === undefined ? [] : [['language', request.language]]),
    ...(request.prompt === undefined ? [] : [['prompt', request.prompt]]),
    ...(request.words && isTimed ? ['word', 'segment'].map((value) => ['timestamp_granularities[]', value]) : []),
  ];
  const file = `name="file"; filename="audio${upload.extension === '' ? '' : `.${upload.extension}`}"\r\ncontent-type: application/octet-stream`;
  const parts = [...fields.map(([key = '', value = '']) => `name="${key}"\r\n\r\n${value}\r\n`), `${file}\r\n\r\n`];
  const head = Buffer.from(parts.map((part) => `--${boundary}\r\ncontent-disposition: form-data; ${part}`).join(''));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* body(): AsyncGenerator<Buffer> {
    yield head;
    for await (const chunk of createReadStream(upload.path)) yield chunk as Buffer;
    yield tail;
  }
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'content-length': String(head.length + upload.bytes + tail.length),
  };
  return { method: 'POST', headers, body: Readable.from(body(), { objectMode: false }) };
}

/** Some servers answer plain text whatever was asked for; what is neither that nor JSON with a text is a failure, never an empty text. */
function readTranscript(settings: OpenaiSettings, type: string, text: string): Transcript {
  if (/^text\/plain/i.test(type) && !text.trimStart().startsWith('{')) return { text: text.trim(), segments: [], words: [] };
  const { data } = transcriptSchema.safeParse(parseJson(settings, text));
  if (!data) throw new BackendFailure('failed', `${settings.name} answered without a text`);
  const { language, duration, segments, words } = data;
  return {
    text: data.text.trim(),
    language: language ?? undefined,
    durationSeconds: duration ?? undefined,
    segments: segments ?? [],
    words: words ?? [],
  };
}

function isJson(type: string): boolean {
  return /^application\/json/i.test(type);
}

function parseJson({ name }: OpenaiSettings, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BackendFailure('failed', `${name} answered what is no JSON: ${safeText(text)}`, cause);
  }
}

async function answered(
  settings: OpenaiSettings,
  path: string,
  asked: Asked,
  signal: AbortSignal,
): Promise<{ type: string; text: string }> {
  const stream = await answer(settings, path, asked, signal);
  try {
    return { type: stream.headers['content-type'] ?? '', text: await readAll(stream, mostAnswerBytes, settings.name) };
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof BackendFailure ? cause : new BackendFailure('failed', `${settings.name} broke off`, cause);
  }
}

async function answer({ name, url, key }: OpenaiSettings, path: string, asked: Asked, signal: AbortSignal): ReturnType<typeof ask> {
  const headers = { ...asked.headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
  const stream = await ask(new URL(path, `${url.replace(/\/$/, '')}/`), { ...asked, headers }, signal);
  const status = stream.statusCode ?? 0;
  if (status >= 200 && status < 300) return stream;
  const words = safeText(await readAll(stream, 64 * 1024, name).catch(() => ''), 300);
  if (status >= 400 && status < 500 && !ofTheServer.has(status)) throw new Refusal(400, `The request was refused: ${words}`);
  throw new BackendFailure('failed', `${name} answered ${status}: ${words}`);
}
