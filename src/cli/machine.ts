import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { run } from '../kit/process.ts';
import type { Machine } from '../stack/machine.ts';

const mib = 1024 ** 2;

/**
 * What this machine has. Nothing is known where the engine is on another one. Cards are looked for only where a service wants one; without
 * the driver's program there are none.
 */
export async function lookAtMachine(wantsCards: boolean, engine = process.env['DOCKER_HOST'] ?? ''): Promise<Machine> {
  if (engine !== '' && !engine.startsWith('unix:')) return {};
  return { memoryBytes: totalmem(), cpus: cpus().length, diskBytes: await diskBytes(), ...(wantsCards ? { gpus: await cards() } : {}) };
}

/** Where Docker keeps images and volumes, or would. */
async function diskBytes(): Promise<number> {
  const { blocks, bsize } = await statfs(existsSync('/var/lib/docker') ? '/var/lib/docker' : '/');
  return blocks * bsize;
}

async function cards(): Promise<readonly number[]> {
  const { status, stdout } = await run(['nvidia-smi', '--query-gpu=memory.total', '--format=csv,noheader,nounits'], { timeoutMs: 5000 });
  return status === 0 ? cardsIn(stdout) : [];
}

/** One line for each card, in MiB; what is no number is a card that does not say. */
export function cardsIn(printed: string): readonly number[] {
  return printed.split('\n').flatMap((line) => (/^\s*\d+\s*$/.test(line) ? [Number(line) * mib] : []));
}
