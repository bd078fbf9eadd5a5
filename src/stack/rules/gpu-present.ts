import { bytesOf, inGib } from '../memory.ts';
import { listWords } from '../nearest.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

/**
 * A container that asks for one card gets the first
 * (https://github.com/moby/moby/blob/v28.0.0/daemon/nvidia_linux.go), so all of them share it.
 */
export const gpuPresent: Rule = {
  id: 'gpu-present',
  why: 'a model that finds no card, or a full one, ends right after its start, again and again',
  from: 'a model server was started on a machine without a card, and restarted for ever',
  check: ({ services }, { machine: { gpus } }) => {
    if (gpus === undefined) return [];
    const [card] = gpus;
    const wanting = services.flatMap(({ name, service: { gpu } }) => (gpu ? [{ name, bytes: bytesOf(gpu.vram) }] : []));
    if (card === undefined)
      return wanting.map(({ name, bytes }) =>
        about(
          name,
          `wants a graphics card with ${inGib(bytes)}, and the machine has none that nvidia-smi shows`,
          `leave ${name} out, or install the card's driver; for another machine write machine: {gpus: [24GiB]}`,
        ),
      );
    const small = wanting.filter(({ bytes }) => bytes > card);
    if (small.length > 0)
      return small.map(({ name, bytes }) =>
        about(name, `wants a graphics card with ${inGib(bytes)}, and the machine's has ${inGib(card)}`, `leave ${name} out`),
      );
    return together(wanting, card);
  },
};

function together(wanting: readonly { readonly name: string; readonly bytes: number }[], card: number): readonly Found[] {
  const total = wanting.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= card) return [];
  const shown = listWords(wanting.map(({ name, bytes }) => `${name} (${inGib(bytes)})`));
  return [
    {
      where: 'services',
      message: `${shown} want ${inGib(total)} of the graphics card together, and it has ${inGib(card)}`,
      fix: 'leave out enough of them that the rest fits',
      path: ['services'],
    },
  ];
}
