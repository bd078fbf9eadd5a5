import type { Memory } from '../service/index.ts';

/** Bytes of `512MiB` or `2GiB`. */
export function bytesOf(memory: Memory): number {
  const amount = Number.parseFloat(memory);
  return Math.round(amount * (memory.endsWith('GiB') ? 1024 ** 3 : 1024 ** 2));
}
