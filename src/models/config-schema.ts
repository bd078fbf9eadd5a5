import * as z from 'zod';
import { parseUrl } from '../kit/parse-url.ts';
import { bytesOf, isSize } from '../kit/size.ts';

/** `12GiB` as bytes. */
export const size = z.string().refine(isSize, 'a size, such as 12GiB or 512MiB').transform(bytesOf);

const seconds = (most: number) =>
  z
    .number()
    .positive()
    .max(most)
    .transform((value) => value * 1000);

/** Where a server answers. `/v1` at its end is what people copy from a company's pages; paths of clients bring it themselves. */
const url = z
  .string()
  .refine((text) => /^https?:$/.test(parseUrl(text)?.protocol ?? ''), 'an address that starts with http:// or https://')
  .refine((text) => !parseUrl(text)?.username, 'an address without a password in it: keyFile is the place for a key')
  .transform((text) => text.replace(/\/+$/, '').replace(/\/v1$/, ''));

const server = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('always'), url }),
  z.strictObject({ kind: z.literal('vllm'), url, level: z.union([z.literal(1), z.literal(2)]).default(1) }),
  z.strictObject({
    kind: z.literal('process'),
    argv: z.tuple([z.string().min(1)], z.string()),
    env: z.record(z.string(), z.string()).default({}),
    health: z.string().startsWith('/').default('/health'),
    stopSeconds: seconds(600).prefault(10),
  }),
]);

const name = z.string().regex(/^[\w.:/@-]{1,128}$/, 'letters, digits and . _ - : / @, at most 128');

const model = z.strictObject({
  server,
  /** Of the card's memory, while it is resident. */
  vram: size.prefault('0MiB'),
  /** Further names by which clients may call it. */
  aliases: z.array(name).default([]),
  /** The name by which its server knows it; its own where absent. */
  serves: name.optional(),
  /** Requests that its server is given at once. */
  parallel: z.int().min(1).max(4096).default(64),
  idleSeconds: seconds(1e6).optional(),
  /** A file with the key that its server wants, without `Bearer`. */
  keyFile: z.string().startsWith('/').optional(),
  /** Gives its server the client's own `Authorization`, which nobody else sees. */
  forwardAuthorization: z.boolean().default(false),
});

export const modelsSchema = z.record(name, model);

/** The one file of the router; YAML, and so JSON too. Sizes and times become bytes and milliseconds. */
export const configSchema = z.strictObject({
  /** A port of its own, which a second router of the same file finds taken. */
  listen: z.strictObject({ host: z.string().optional(), port: z.int().min(1).max(65_535) }),
  metrics: z.strictObject({ host: z.string().optional(), port: z.int().min(0).max(65_535) }).optional(),
  log: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Of the card's memory, for all models that are resident together; enough for all of them where absent. */
  vram: size.optional(),
  minimumStaySeconds: seconds(86_400).prefault(30),
  lingerSeconds: seconds(86_400).prefault(1),
  patienceSeconds: seconds(86_400).prefault(15),
  waiting: z
    .strictObject({
      each: z.int().min(1).max(10_000).default(64),
      together: z.int().min(1).max(10_000).default(256),
      seconds: seconds(86_400).prefault(600),
    })
    .prefault({}),
  /** For a model to become resident, or to go. */
  loadSeconds: seconds(86_400).prefault(1200),
  lookSeconds: seconds(3600).prefault(10),
  /** How long a server or a client may say nothing in the middle of an answer. */
  silenceSeconds: seconds(86_400).prefault(600),
  heartbeatSeconds: seconds(3600).prefault(5),
  /** What answers that are under way are given when the router is stopped. */
  stopSeconds: seconds(3600).prefault(20),
  /** Of one request, and of all whose model is not answering them yet. */
  body: z.strictObject({ each: size.prefault('16MiB'), together: size.prefault('64MiB') }).prefault({}),
  models: modelsSchema.default({}),
});

export type Config = z.infer<typeof configSchema>;
export type ModelConfig = Config['models'][string];
