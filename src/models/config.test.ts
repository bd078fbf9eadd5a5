import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig, rulesOf } from './config.ts';
import type { Config } from './config-schema.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-router-config-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const listen = 'listen: {port: 8010}\n';
const coder = 'coder: {server: {kind: vllm, url: "http://coder:8000/v1/"}, vram: 10GiB, aliases: [code], idleSeconds: 60}';

async function load(text: string, env: Readonly<Record<string, string>> = {}): Promise<Config> {
  const path = join(folder, 'models.yaml');
  await writeFile(path, text);
  return await loadConfig(path, env);
}

test('sizes become bytes, times milliseconds, and an address loses the /v1 that clients bring themselves', async () => {
  const config = await load(`${listen}vram: 20GiB\nmodels:\n  ${coder}\n`);
  expect(config.body).toEqual({ each: 16 * 1024 ** 2, together: 64 * 1024 ** 2 });
  expect(config.models['coder']).toMatchObject({ server: { url: 'http://coder:8000', level: 1 }, vram: 10 * 1024 ** 3, parallel: 64 });
  expect(rulesOf(config)).toMatchObject({
    bytes: 20 * 1024 ** 3,
    minimumStayMs: 30_000,
    waiting: { each: 64, together: 256, ms: 600_000 },
    models: { coder: { bytes: 10 * 1024 ** 3, idleMs: 60_000 } },
  });
});

test('without a budget all models may be resident together', async () => {
  const config = await load(
    `${listen}models: {a: {server: {kind: process, argv: [a]}, vram: 1.5GiB}, b: {server: {kind: process, argv: [b]}, vram: 512MiB}}`,
  );
  expect(rulesOf(config).bytes).toBe(2 * 1024 ** 3);
});

test('what the owner says stands before what was rendered, and adds to it', async () => {
  const rendered = `${listen}vram: 30GiB\nmodels: {coder: {server: {kind: always, url: "http://a"}}, chat: {server: {kind: always, url: "http://b"}}}`;
  const config = await load(rendered, { MODEL_ROUTER_MODELS: coder, MODEL_ROUTER_VRAM: '12GiB' });
  expect(Object.entries(config.models).map(([name, { server }]) => `${name} ${server.kind}`)).toEqual(['coder vllm', 'chat always']);
  expect(rulesOf(config).bytes).toBe(12 * 1024 ** 3);
});

test.each([
  ['models: {}', {}, 'models.yaml: listen: '],
  ['listen: {port: 0}', {}, 'models.yaml: listen.port: '],
  [`${listen}models: [`, {}, 'models.yaml: '],
  [`${listen}models: {a: {server: {kind: ollama}}}`, {}, 'models.yaml: models.a.server.kind: '],
  [`${listen}models: {a: {server: {kind: vllm, url: "coder:8000"}}}`, {}, 'an address that starts with http://'],
  [`${listen}models: {a: {server: {kind: vllm, url: "http://me:secret@coder"}}}`, {}, 'keyFile is the place for a key'],
  [`${listen}models: {a: {server: {kind: vllm, url: "http://a"}, vram: 10GB}}`, {}, 'models.a.vram: a size, such as 12GiB'],
  [listen, { MODEL_ROUTER_MODELS: 'coder: {}' }, 'MODEL_ROUTER_MODELS: coder.server: '],
  [listen, { MODEL_ROUTER_VRAM: 'all' }, 'MODEL_ROUTER_VRAM: a size, such as 12GiB'],
  [`${listen}models: {${coder}, code: {server: {kind: always, url: "http://a"}}}`, {}, 'two models are called code'],
  [`${listen}vram: 8GiB\nmodels: {${coder}}`, {}, 'coder wants 10 GiB and all models together may take 8 GiB'],
  [`${listen}models: {a: {server: {kind: always, url: "http://a"}, vram: 1GiB}}`, {}, 'a always runs and is not shared out'],
])('%s is refused with its place and what to do', async (text, env, words) => {
  await expect(load(text, env)).rejects.toMatchObject({
    code: 'E_USAGE',
    message: expect.stringContaining(words),
    fix: expect.stringContaining('such as coder:'),
  });
});

test('a file that is not there is named', async () => {
  await expect(loadConfig('/nowhere/models.json', {})).rejects.toThrow('/nowhere/models.json: ENOENT');
});
