import { expect, test } from 'vitest';
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
