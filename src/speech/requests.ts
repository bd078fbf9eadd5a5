import * as z from 'zod';
import { Refusal } from './failure.ts';
import { type TranscriptFormat, transcriptFormats } from './transcript.ts';

const audioFormats = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
export type AudioFormat = (typeof audioFormats)[number];

/** A text to be read aloud, as CreateSpeechRequest in https://github.com/openai/openai-openapi. */
export interface SpeechRequest {
  readonly model: string;
  readonly text: string;
  readonly voice: string;
  readonly format: AudioFormat;
  readonly speed: number;
}

/** What is asked about an upload, as CreateTranscriptionRequest there. */
export interface TranscriptionRequest {
  readonly model: string;
  readonly language: string | undefined;
  readonly prompt: string | undefined;
  readonly temperature: number;
  readonly format: TranscriptFormat;
  readonly words: boolean;
}

const name = z.string().min(1).max(200);

/** Further fields of OpenAI's, such as `instructions`, are for models that nobody here has. */
const speechSchema = z.object({
  model: name,
  input: z.string().min(1).max(4096),
  voice: z.union([name, z.object({ id: name }).transform(({ id }) => id)]),
  response_format: z.enum(audioFormats).default('mp3'),
  speed: z.number().min(0.25).max(4).default(1),
  stream_format: z.literal('audio', { error: 'server-sent events are not offered by these models' }).optional(),
});

/** `stream` is ignored, as OpenAI ignores it for whisper-1. */
const transcriptionSchema = z.object({
  model: name,
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?$/, 'is no code of a language such as "en"')
    .optional(),
  prompt: z.string().max(32_000).optional(),
  response_format: z.enum(transcriptFormats).default('json'),
  temperature: z.coerce.number().min(0).max(1).default(0),
});

export function parseSpeech(text: string): SpeechRequest {
  const { model, input, voice, response_format: format, speed } = parsed(speechSchema, parseJson(text));
  return { model, text: input, voice, format, speed };
}

/** `timestamp_granularities[]` may come more than once; other fields that do count with their last value. */
export function parseTranscription(fields: readonly (readonly [string, string])[]): TranscriptionRequest {
  const given = fields.filter(([, value]) => value !== '');
  const { response_format: format, language, prompt, ...rest } = parsed(transcriptionSchema, Object.fromEntries(given));
  const words = given.some(([key, value]) => /^timestamp_granularities(\[\])?$/.test(key) && value === 'word');
  return {
    ...rest,
    format,
    words,
    language: language
      ?.slice(0, 3)
      .replace(/[-_].*/, '')
      .toLowerCase(),
    prompt,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body of the request is no JSON.');
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, { reportInput: false });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const param = String(issue?.path[0] ?? '');
  throw new Refusal(400, `${param === '' ? 'The request' : `'${param}'`}: ${issue?.message ?? 'is not valid'}`, {
    ...(param === '' ? {} : { param }),
    code: issue?.code === 'invalid_value' ? 'unsupported_value' : 'invalid_value',
  });
}
