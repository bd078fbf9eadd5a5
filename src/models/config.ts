import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type * as z from 'zod';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import { type Config, configSchema, modelsSchema, size } from './config-schema.ts';
import type { Rules } from './scheduler/state.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables in which an owner says what the rendered file cannot know. */
const ownersModels = 'MODEL_ROUTER_MODELS';
const ownersMemory = 'MODEL_ROUTER_VRAM';

/**
 * Reads the file, and what the owner says beside it: MODEL_ROUTER_MODELS holds models as YAML or JSON, each in place of one of the same
 * name, and MODEL_ROUTER_VRAM the memory that they share. Throws E_USAGE with the place of each mistake.
 */
export async function loadConfig(path: string, env: Environment): Promise<Config> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refusal(path, messageOf(cause));
  });
  const rendered = check(configSchema, path, text);
  const models = env[ownersModels] ? check(modelsSchema, ownersModels, env[ownersModels]) : {};
  const vram = env[ownersMemory] ? check(size, ownersMemory, JSON.stringify(env[ownersMemory])) : rendered.vram;
  const config: Config = { ...rendered, ...(vram === undefined ? {} : { vram }), models: { ...rendered.models, ...models } };
  const problems = [...namedTwice(config), ...tooLarge(config)];
  if (problems.length > 0) throw refusal(path, problems.join('; '));
  return config;
}

function check<Schema extends z.ZodType>(schema: Schema, where: string, text: string): z.output<Schema> {
  const parsed = schema.safeParse(parseYaml(where, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refusal(where, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`.replace(/^: /, ''));
}

function parseYaml(where: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw refusal(where, messageOf(cause));
  }
}

function refusal(where: string, what: string): DatamancyError {
  return new DatamancyError('E_USAGE', `${where}: ${what}`, {
    fix: 'such as coder: {server: {kind: vllm, url: "http://coder:8000"}, vram: 10GiB}; other kinds of server are process and always',
  });
}

function namedTwice({ models }: Config): readonly string[] {
  const names = Object.entries(models).flatMap(([name, { aliases }]) => [name, ...aliases]);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => `two models are called ${name}`);
}

function tooLarge(config: Config): readonly string[] {
  const bytes = rulesOf(config).bytes;
  return Object.entries(config.models).flatMap(([name, { vram, server }]) => {
    if (server.kind === 'always')
      return vram > 0 ? [`${name} always runs and is not shared out: take its vram from the whole instead`] : [];
    return vram > bytes ? [`${name} wants ${gib(vram)} and all models together may take ${gib(bytes)}`] : [];
  });
}

function gib(bytes: number): string {
  return `${Math.round((bytes / 1024 ** 3) * 10) / 10} GiB`;
}

/** What the scheduler needs to know of the configuration. */
export function rulesOf({ models, vram, minimumStaySeconds, lingerSeconds, patienceSeconds, waiting }: Config): Rules {
  const entries = Object.entries(models);
  return {
    bytes: vram ?? entries.reduce((sum, [, model]) => sum + model.vram, 0),
    minimumStayMs: minimumStaySeconds,
    lingerMs: lingerSeconds,
    patienceMs: patienceSeconds,
    waiting: { each: waiting.each, together: waiting.together, ms: waiting.seconds },
    models: Object.fromEntries(
      entries.map(([name, { vram: bytes, parallel, idleSeconds }]) => [name, { bytes, parallel, idleMs: idleSeconds }]),
    ),
  };
}
