import { expect, test } from 'vitest';
import { json, type Memory, type Service, type Tree } from '../../service/index.ts';
import { findingsOf, sampleApp } from '../sample.ts';
import { gpuPresent } from './gpu-present.ts';

const gib = 1024 ** 3;
const chat = sampleApp('chat', { gpu: { vram: '12GiB' } });
const speech = sampleApp('speech', { gpu: { vram: '6GiB' } });
const found = (gpus: readonly number[]): readonly string[] =>
  findingsOf(gpuPresent, [chat, speech, sampleApp('wiki')], { machine: { gpus } });

test('without a card, whatever wants one is refused', () => {
  expect(found([])).toEqual([
    "chat: wants a graphics card with 12 GiB, and the machine has none that nvidia-smi shows; leave chat out, or install the card's driver; for another machine write machine: {gpus: [24GiB]}",
    expect.stringContaining('speech: wants a graphics card with 6 GiB'),
  ]);
});

test('a card that is too small for one, or for all together, is refused', () => {
  expect(found([8 * gib])).toEqual(["chat: wants a graphics card with 12 GiB, and the machine's has 8 GiB; leave chat out"]);
  expect(found([16 * gib, 16 * gib])).toEqual([
    'services: chat (12 GiB) and speech (6 GiB) want 18 GiB of the graphics card together, and it has 16 GiB; leave out enough of them that the rest fits',
  ]);
});

test('a card that holds them all is enough, and so is not knowing', () => {
  expect(found([24 * gib])).toEqual([]);
  expect(findingsOf(gpuPresent, [chat])).toEqual([]);
});

function vllmLike(name: string, vram: Memory): Service {
  return sampleApp(name, { gpu: { vram }, env: () => ({ VLLM_SERVER_DEV_MODE: 1 }), command: () => ['serve', '--enable-sleep-mode'] });
}

const router = sampleApp('model-router', {
  provides: { 'model-router': { port: 'web' } },
  files: {
    models: {
      path: '/models.json',
      content: () => json({ models: { chat: serverOf('writer'), embedding: serverOf('finder', 'always') } }),
    },
  },
});
const own = { MODEL_ROUTER_MODELS: 'code: {server: {kind: vllm, url: "http://coder:8000/v1"}, vram: 10GiB}' };

function serverOf(host: string, kind = 'vllm'): Tree {
  return { server: { kind, url: `http://${host}:8000` } };
}

/** On a card of 16 GiB. */
function inTurns(env: Readonly<Record<string, string>>, ...more: readonly Service[]): readonly string[] {
  const services = [vllmLike('writer', '12GiB'), vllmLike('coder', '10GiB'), router, ...more];
  return findingsOf(gpuPresent, services, { machine: { gpus: [16 * gib] }, overrides: { 'model-router': { env } } });
}

test('what the model router puts to sleep takes no more of the card than its budget', () => {
  expect(inTurns({ ...own, MODEL_ROUTER_VRAM: '12GiB' })).toEqual([]);
  expect(inTurns({ ...own, MODEL_ROUTER_VRAM: '20GiB' })).toEqual([
    'services: coder and writer in turns (20 GiB) want 20 GiB of the graphics card together, and it has 16 GiB; leave out enough of them that the rest fits, or give the model router a smaller MODEL_ROUTER_VRAM',
  ]);
  expect(inTurns({ ...own, MODEL_ROUTER_VRAM: '12GiB' }, speech)).toEqual([
    'services: speech (6 GiB) and coder and writer in turns (12 GiB) want 18 GiB of the graphics card together, and it has 16 GiB; leave out enough of them that the rest fits, or give the model router a smaller MODEL_ROUTER_VRAM',
  ]);
});

test.each([
  ['the router has no budget and lets all be awake', own],
  ['the router does not know one of them', { MODEL_ROUTER_VRAM: '12GiB' }],
  ['what the router should know cannot be read', { MODEL_ROUTER_MODELS: 'code: {', MODEL_ROUTER_VRAM: '12GiB' }],
  [
    'one of them always runs',
    { ...own, MODEL_ROUTER_MODELS: own.MODEL_ROUTER_MODELS.replace('vllm', 'always'), MODEL_ROUTER_VRAM: '12GiB' },
  ],
])('all count when %s', (_, env) => {
  expect(inTurns(env)).toEqual([expect.stringMatching(/want 22 GiB of the graphics card together, and it has 16 GiB/)]);
});

test.each([
  ['which is not in sleep mode', { VLLM_SERVER_DEV_MODE: 1 }, []],
  ['whose paths for developers are closed', { VLLM_SERVER_DEV_MODE: 0 }, ['--enable-sleep-mode']],
])('a model server %s counts beside those that sleep', (_, env, command) => {
  const finder = sampleApp('finder', { gpu: { vram: '6GiB' }, env: () => env, command: () => command });
  const known = `${own.MODEL_ROUTER_MODELS}\nembedding: {server: {kind: vllm, url: "http://finder:8000"}}`;
  expect(inTurns({ MODEL_ROUTER_MODELS: known, MODEL_ROUTER_VRAM: '12GiB' }, finder)).toEqual([
    expect.stringContaining('finder (6 GiB) and coder and writer in turns (12 GiB) want 18 GiB'),
  ]);
});
