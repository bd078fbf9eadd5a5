import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { safeText } from '../../kit/log.ts';
import { BackendFailure } from '../failure.ts';
import { decode, heard, heardBytesPerSecond } from '../ffmpeg.ts';
import type { Voice } from '../voices.ts';
import { connectTo, readEvents, type WyomingEvent, writeEvent } from '../wyoming.ts';
import type { Listener, Speaker } from './backend.ts';

export interface WyomingSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const named = z.object({ name: z.string().max(200), languages: z.array(z.string().max(40)).default([]) });
const infoSchema = z.object({
  tts: z.array(z.object({ voices: z.array(named).max(5000).default([]) })).default([]),
  asr: z.array(z.object({ models: z.array(named).max(5000).default([]) })).default([]),
});
const formatSchema = z.object({
  rate: z.number().int().min(4000).max(192_000),
  width: z.literal(2),
  channels: z.number().int().min(1).max(8),
});
const transcriptSchema = z.object({ text: z.string(), language: z.string().nullish() });

/** Piper and its like. The protocol has no speed: what is said is made faster or slower later. */
export function wyomingSpeaker(settings: WyomingSettings): Speaker {
  return {
    name: settings.name,
    look: async (signal) => (await describe(settings, signal)).tts.flatMap(({ voices }) => voices.map(toVoice)),
    async speak(text, voice, signal) {
      const said = converse(settings, signal, [
        writeEvent('synthesize', { text, ...(voice === undefined ? {} : { voice: { name: voice } }) }),
      ]);
      let format: z.infer<typeof formatSchema> | undefined;
      for (let next = await said.next(); next.done !== true; next = await said.next()) {
        const { type, data, payload } = next.value;
        if (type === 'audio-start' || type === 'audio-chunk') format = understood(settings, formatSchema, data);
        if (type === 'audio-stop') break;
        if (type === 'audio-chunk' && payload.length > 0 && format) {
          const { rate, channels } = format;
          return { kind: 'pcm', rate, channels, stream: Readable.from(samples(payload, said, settings), { objectMode: false }) };
        }
      }
      await said.return(undefined);
      throw new BackendFailure('failed', `${settings.name} said nothing`);
    },
  };
}

async function* samples(first: Buffer, said: AsyncGenerator<WyomingEvent>, { name }: WyomingSettings): AsyncGenerator<Buffer> {
  try {
    yield first;
    for await (const { type, payload } of said) {
      if (type === 'audio-chunk') yield payload;
      if (type === 'audio-stop') return;
    }
    throw new BackendFailure('failed', `${name} broke off in the middle`);
  } finally {
    await said.return(undefined);
  }
}

/** Servers such as wyoming-faster-whisper. They tell no times. */
export function wyomingListener(settings: WyomingSettings): Listener {
  return {
    name: settings.name,
    async look(signal) {
      await describe(settings, signal);
      return [];
    },
    async transcribe({ path }, { language }, signal) {
      let bytes = 0;
      async function* told(): AsyncGenerator<Buffer> {
        yield writeEvent('transcribe', language === undefined ? {} : { language });
        yield writeEvent('audio-start', heard);
        for await (const chunk of decode(path, signal)) {
          bytes += chunk.length;
          yield writeEvent('audio-chunk', heard, chunk);
        }
        yield writeEvent('audio-stop');
      }
      for await (const { type, data } of converse(settings, signal, told())) {
        if (type !== 'transcript') continue;
        const transcript = understood(settings, transcriptSchema, data);
        const durationSeconds = bytes / heardBytesPerSecond;
        return { text: transcript.text.trim(), language: transcript.language ?? language, durationSeconds, segments: [], words: [] };
      }
      throw new BackendFailure('failed', `${settings.name} gave no transcript`);
    },
  };
}

async function describe(settings: WyomingSettings, signal: AbortSignal): Promise<z.infer<typeof infoSchema>> {
  for await (const { type, data } of converse(settings, signal, [writeEvent('describe')])) {
    if (type === 'info') return understood(settings, infoSchema, data);
  }
  throw new BackendFailure('failed', `${settings.name} does not say what it is`);
}

function toVoice({ name, languages: [language = ''] }: z.infer<typeof named>): Voice {
  return { id: name, name, language };
}

/** Says everything and gives what is answered. A failure of what is said goes before one of the connection that it causes. */
async function* converse(
  settings: WyomingSettings,
  signal: AbortSignal,
  told: Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<WyomingEvent> {
  const socket = await connectTo(settings, signal);
  let fault: unknown;
  const sent = pipeline(Readable.from(told, { objectMode: false }), socket, { end: false }).catch((cause: unknown) => {
    fault = cause;
    socket.destroy();
  });
  try {
    for await (const event of readEvents(socket)) {
      if (event.type === 'error') throw new BackendFailure('failed', `${settings.name}: ${safeText(String(event.data['text']), 200)}`);
      yield event;
    }
    throw new BackendFailure('failed', `${settings.name} closed the connection`);
  } catch (cause) {
    signal.throwIfAborted();
    socket.destroy();
    await sent;
    throw fault instanceof Error && !isOfConnection(fault) ? fault : asFailure(settings, cause);
  } finally {
    socket.destroy();
    await sent;
  }
}

function isOfConnection(fault: Error): boolean {
  return 'code' in fault;
}

function asFailure({ name }: WyomingSettings, cause: unknown): BackendFailure {
  return cause instanceof BackendFailure ? cause : new BackendFailure('failed', `the connection to ${name} broke`, cause);
}

function understood<T>({ name }: WyomingSettings, schema: z.ZodType<T>, data: unknown): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new BackendFailure('failed', `${name} said what cannot be understood: ${result.error.issues[0]?.message ?? ''}`);
}
