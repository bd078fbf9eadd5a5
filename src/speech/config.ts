import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { tokenPattern } from '../kit/bearer.ts';
import { DatamancyError, messageOf } from '../kit/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const port = z.number().int().min(0).max(65_535);
const address = z.strictObject({ host: z.string().optional(), port });
const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'is no name such as "piper"');
const openai = z.strictObject({
  kind: z.literal('openai'),
  name,
  url: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1),
  key: z.string().min(1).optional(),
});
const wyoming = z.strictObject({ kind: z.literal('wyoming'), name, host: z.string().min(1), port: port.min(1) });
const espeak = z.strictObject({ kind: z.literal('espeak'), name });
const pocketsphinx = z.strictObject({ kind: z.literal('pocketsphinx'), name });
const seconds = z.number().positive().max(86_400);
const work = {
  /** Requests that are worked on at the same time, and those that may be there beyond them. */
  at_once: z.number().int().min(1).max(64),
  waiting: z.number().int().min(0).max(1024),
  wait_seconds: seconds,
  /** What one back end may take for one request. */
  limit_seconds: seconds,
};

const schema = z
  .strictObject({
    server: address,
    metrics: address.optional(),
    log: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    /** A folder in memory for what is uploaded and made. */
    scratch: z.string().startsWith('/'),
    upload_bytes: z
      .number()
      .int()
      .min(1024)
      .max(1024 ** 3),
    upload_seconds: seconds.default(120),
    look_seconds: seconds.default(20),
    /** The best back end first; the others answer when it cannot. */
    transcription: z.strictObject({ ...work, backends: z.array(z.discriminatedUnion('kind', [openai, wyoming, pocketsphinx])).min(1) }),
    speech: z.strictObject({ ...work, backends: z.array(z.discriminatedUnion('kind', [openai, wyoming, espeak])).min(1) }),
  })
  .refine(
    ({ transcription, speech }) => [transcription, speech].every(({ backends }) => hasOwnNames(backends)),
    'two back ends have one name',
  );

function hasOwnNames(backends: readonly { readonly name: string }[]): boolean {
  return new Set(backends.map((backend) => backend.name)).size === backends.length;
}

/** What the configuration file says, checked, and the token that callers show; undefined where everybody may call. */
export interface SpeechConfig extends z.infer<typeof schema> {
  readonly token: string | undefined;
}

/** Reads the file, and the token from the one that SPEECH_GATEWAY_TOKEN_FILE names; throws E_USAGE that names every key at fault. */
export async function loadSpeechConfig(path: string, env: Environment): Promise<SpeechConfig> {
  const result = schema.safeParse(await readJson(path), { reportInput: false });
  if (!result.success) {
    throw refuse(path, result.error.issues.map(({ path: key, message }) => `${key.join('.') || 'the file'}: ${message}`).join('; '));
  }
  return { ...result.data, token: await readToken(env['SPEECH_GATEWAY_TOKEN_FILE']) };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw refuse(path, messageOf(cause), cause);
  }
}

/** A file without a token would let everybody in, which is not what its owner wanted. */
async function readToken(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const token = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refuse(path, messageOf(cause), cause);
  });
  if (!tokenPattern.test(token.trim())) throw refuse(path, 'the token is empty, or has letters that no request can show');
  return token.trim();
}

function refuse(path: string, problem: string, cause?: unknown): DatamancyError {
  return new DatamancyError('E_USAGE', `${path}: ${problem}`, {
    fix: 'correct the configuration of the speech gateway, and start it again',
    cause,
  });
}
