import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../src/catalog/index.ts';
import { vllm } from '../../src/catalog/ai/vllm.ts';
import { loadConfig, rulesOf } from '../../src/models/config.ts';
import { gpuPresent } from '../../src/stack/rules/gpu-present.ts';
import { readExample } from './example-stack.ts';
import { resolveGolden, treeOf } from './golden-stack.ts';

/** The rendered file of that name, of the full example with or without some of its services. */
function rendered(name: string, without: readonly string[] = []): string {
  const full = readExample('full');
  const services = Object.fromEntries(
    Object.entries({ ...full.declaration.services, 'model-router': {} }).filter(([service]) => !without.includes(service)),
  );
  const tree = treeOf(resolveGolden({ ...full, services: Object.values(catalog), declaration: { ...full.declaration, services } }));
  const [path, content] = [...tree].find(([at]) => at.endsWith(`/${name}`)) ?? [];
  if (path === undefined || content === undefined) throw new Error(`nothing is rendered for ${name}`);
  return content;
}

interface Deployment {
  readonly model_name: string;
  readonly litellm_params: { readonly model: string; readonly api_base: string };
}

function deployments(without: readonly string[] = []): readonly string[] {
  const { model_list: list } = parse(rendered('litellm/config.yaml', without)) as { readonly model_list: readonly Deployment[] };
  return list.map(({ model_name: name, litellm_params: { model, api_base: base } }) => `${name}: ${model} at ${base}`);
}

test('the router reads what is rendered for it, with vLLM on the card and the others beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'model-router-'));
  await writeFile(join(folder, 'models.json'), rendered('model-router/models.json'));
  const config = await loadConfig(join(folder, 'models.json'), {});
  await rm(folder, { recursive: true });
  expect(config.models).toMatchObject({
    chat: { server: { kind: 'vllm', url: 'http://vllm:8000' }, serves: 'chat' },
    'small-chat': { server: { kind: 'always', url: 'http://localai:8080' } },
    embedding: { server: { kind: 'always', url: 'http://embedding:8080' } },
  });
  expect(rulesOf(config).bytes).toBe(12 * 1024 ** 3);
});

test('LiteLLM reaches models by way of the router, and recordings as before', () => {
  expect(deployments().toSorted()).toEqual([
    'chat: openai/chat at http://model-router:8010/v1',
    'embedding: openai/embedding at http://model-router:8010/v1',
    'router/*: openai/* at http://model-router:8010/v1',
    'small-chat: openai/small-chat at http://model-router:8010/v1',
    'transcription: openai/transcription at http://whisper:8000/v1',
  ]);
  expect(deployments(['model-router'])).toContain('chat: openai/chat at http://vllm:8000/v1');
});

test('a vLLM of the owner stands beside the one of the catalog on a card for one, where the router makes them take turns', () => {
  const full = readExample('full');
  const coder = { ...vllm, name: 'coder', provides: {} };
  const sleeps = { env: { VLLM_SERVER_DEV_MODE: 1 } };
  const models = { MODEL_ROUTER_MODELS: 'coder: {server: {kind: vllm, url: "http://coder:8000"}, vram: 12GiB}' };
  const found = (env: Readonly<Record<string, string>>): readonly string[] => {
    const services = { ...full.declaration.services, vllm: sleeps, coder: sleeps, 'model-router': { env } };
    const stack = resolveGolden({ ...full, services: [...Object.values(catalog), coder], declaration: { ...full.declaration, services } });
    return gpuPresent.check(stack, { catalog, machine: { gpus: [16 * 1024 ** 3] } }).map(({ message }) => message);
  };
  expect(found({ ...models, MODEL_ROUTER_VRAM: '14GiB' })).toEqual([]);
  expect(found(models)).toEqual(['coder (12 GiB) and vllm (12 GiB) want 24 GiB of the graphics card together, and it has 16 GiB']);
});
