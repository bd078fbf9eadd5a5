import { type CardTurns, cardTurnsOf } from '../card-turns.ts';
import { bytesOf, inGib } from '../memory.ts';
import { listWords } from '../nearest.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

/**
 * A container that asks for one card gets the first
 * (https://github.com/moby/moby/blob/v28.0.0/daemon/nvidia_linux.go), so all of them share it. Those that
 * the model router puts to sleep take no more of it together than its budget; any other has its part for good.
 */
export const gpuPresent: Rule = {
  id: 'gpu-present',
  why: 'a model that finds no card, or a full one, ends right after its start, again and again',
  from: 'a model server was started on a machine without a card, and restarted for ever',
  check: (stack, { machine: { gpus } }) => {
    if (gpus === undefined) return [];
    const [card] = gpus;
    const wanting = stack.services.flatMap(({ name, service: { gpu } }) => (gpu ? [{ name, bytes: bytesOf(gpu.vram) }] : []));
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
    return together(wanting, cardTurnsOf(stack), card);
  },
};

interface Claim {
  readonly name: string;
  readonly bytes: number;
}

function together(wanting: readonly Claim[], turns: CardTurns | undefined, card: number): readonly Found[] {
  const taking = wanting.filter(({ name }) => turns?.members.has(name));
  const staying = wanting.filter(({ name }) => !turns?.members.has(name));
  const awake = Math.min(sumOf(taking), turns?.bytes ?? 0);
  const total = sumOf(staying) + awake;
  if (total <= card) return [];
  const shown = [...staying.map(({ name, bytes }) => `${name} (${inGib(bytes)})`), ...(taking.length > 0 ? [inTurns(taking, awake)] : [])];
  return [
    {
      where: 'services',
      message: `${listWords(shown)} want ${inGib(total)} of the graphics card together, and it has ${inGib(card)}`,
      fix: `leave out enough of them that the rest fits${taking.length > 0 ? ', or give the model router a smaller MODEL_ROUTER_VRAM' : ''}`,
      path: ['services'],
    },
  ];
}

function inTurns(taking: readonly Claim[], awake: number): string {
  return `${listWords(taking.map(({ name }) => name))} in turns (${inGib(awake)})`;
}

function sumOf(claims: readonly Claim[]): number {
  return claims.reduce((sum, { bytes }) => sum + bytes, 0);
}
