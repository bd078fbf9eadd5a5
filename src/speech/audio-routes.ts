import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Context } from 'hono';
import { DatamancyError } from '../kit/errors.ts';
import { BackendFailure, Refusal } from './failure.ts';
import { contentTypes } from './ffmpeg.ts';
import { firstThatCan } from './first-that-can.ts';
import type { Gateway } from './gateway.ts';
import type { Result } from './metrics.ts';
import { backendsFor, type Task } from './models.ts';
import { readAll } from './read-all.ts';
import { parseSpeech, parseTranscription, type TranscriptionRequest } from './requests.ts';
import type { Place } from './slots.ts';
import { speak, speakersFor } from './speak.ts';
import { printTranscript } from './transcript.ts';
import { receiveForm, tooLarge } from './upload.ts';

const backendHeader = 'x-speech-backend';
/** 4096 characters, each written as JSON's longest escape, and the other fields. */
const mostSpeechBytes = 128 * 1024;

interface Work {
  readonly place: Place;
  /** Aborted when the client has gone away. */
  readonly signal: AbortSignal;
  /** Releases the place and counts; only the first call does. */
  readonly end: (result: Result) => void;
}

/** `POST /v1/audio/transcriptions` (https://platform.openai.com/docs/api-reference/audio/createTranscription). */
export async function transcribe(gateway: Gateway, context: Context): Promise<Response> {
  const { scratch, listeners, config } = gateway;
  return await working(gateway, 'transcription', context, async ({ place, signal, end }) => {
    const length = Number(context.req.header('content-length') ?? 0);
    if (length > config.upload_bytes * 2) throw tooLarge(config.upload_bytes);
    const path = scratch.newPath();
    try {
      const limits = { mostBytes: config.upload_bytes };
      const { upload, fields } = await receiveForm(bodyOf(context), context.req.header('content-type') ?? '', path, limits, signal);
      const request = parseTranscription(fields);
      const backends = knowing(request, backendsFor('transcription', request.model, listeners));
      await place.turn(signal);
      const chain = chainOf(gateway, 'transcription', backends);
      const { backend, value, clear } = await firstThatCan(
        chain,
        async (listener, limit) => listener.transcribe(upload, request, limit),
        signal,
      );
      clear();
      const { type, body } = printTranscript(value, request.format, request.words);
      end('answered');
      return new Response(body, { headers: { 'content-type': type, [backendHeader]: backend } });
    } finally {
      await scratch.remove(path);
    }
  });
}

/** `POST /v1/audio/speech` (https://platform.openai.com/docs/api-reference/audio/createSpeech). */
export async function say(gateway: Gateway, context: Context): Promise<Response> {
  const { scratch, speakers, watch } = gateway;
  return await working(gateway, 'speech', context, async ({ place, signal, end }) => {
    const request = parseSpeech(await readBody(context));
    const able = backendsFor('speech', request.model, speakers);
    const candidates = speakersFor(request.voice, able, ({ name }) => watch.seen('speech', name).voices).map((candidate) => ({
      ...candidate,
      name: candidate.speaker.name,
    }));
    await place.turn(signal);
    const chain = chainOf(gateway, 'speech', candidates);
    const { backend, value, clear } = await firstThatCan(
      chain,
      async (candidate, limit) => speak(candidate, request, scratch, limit),
      signal,
    );
    value.stream.once('close', clear);
    finished(value.stream).then(
      () => end('answered'),
      () => end(signal.aborted ? 'gone' : 'cut'),
    );
    const length = value.bytes === undefined ? {} : { 'content-length': String(value.bytes) };
    const headers = { 'content-type': contentTypes[request.format], [backendHeader]: backend, ...length };
    return new Response(Readable.toWeb(value.stream) as ReadableStream<Uint8Array>, { headers });
  });
}

/** Whoever knows the language; all where none is named. */
function knowing<L extends { readonly languages?: readonly string[] }>(
  { language }: TranscriptionRequest,
  listeners: readonly L[],
): readonly L[] {
  if (language === undefined) return listeners;
  const able = listeners.filter(({ languages }) => languages === undefined || languages.includes(language));
  if (able.length === 0)
    throw new Refusal(400, `No model here knows the language '${language}'.`, { param: 'language', code: 'unsupported_value' });
  return able;
}

function chainOf<B extends { readonly name: string }>(
  gateway: Gateway,
  task: Task,
  backends: readonly B[],
): Parameters<typeof firstThatCan<B, unknown>>[0] {
  const { watch, metrics, log, config } = gateway;
  const isUp = ({ name }: B): boolean => watch.seen(task, name).isUp;
  return { task, backends, isUp, limitMs: config[task].limit_seconds * 1000, metrics, log };
}

/** Keeps a place for the request, and gives it back whatever becomes of it. An answer that is still being made calls `end` itself. */
async function working(gateway: Gateway, task: Task, context: Context, work: (work: Work) => Promise<Response>): Promise<Response> {
  const { signal } = context.req.raw;
  const began = performance.now();
  let place: Place | undefined;
  let isOver = false;
  const end = (result: Result): void => {
    if (isOver) return;
    isOver = true;
    place?.leave();
    gateway.metrics.request(task, result, (performance.now() - began) / 1000);
  };
  try {
    place = gateway.slots[task].enter();
    return await work({ place, signal, end });
  } catch (cause) {
    end(signal.aborted ? 'gone' : resultOf(cause));
    throw cause;
  }
}

function resultOf(cause: unknown): Result {
  if (!(cause instanceof Refusal)) return 'failed';
  return cause.status === 429 ? 'busy' : cause.status === 503 ? 'failed' : 'refused';
}

function bodyOf(context: Context): Readable {
  const { body } = context.req.raw;
  if (!body) throw new Refusal(400, 'The request has no body.');
  return Readable.fromWeb(body);
}

async function readBody(context: Context): Promise<string> {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? ''))
    throw new Refusal(415, 'The request has to be application/json.');
  try {
    return await readAll(bodyOf(context), mostSpeechBytes, 'the client');
  } catch (cause) {
    if (cause instanceof DatamancyError || cause instanceof Refusal) throw cause;
    throw cause instanceof BackendFailure ? new Refusal(413, 'The request is too large.') : new Refusal(400, 'The request broke off.');
  }
}
