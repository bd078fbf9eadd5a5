import type { Declaration } from './declaration.ts';
import { bytesOf } from './memory.ts';

/** What the machine has. What is not known is absent, and then nothing is refused for want of it. */
export interface Machine {
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** Memory of each graphics card, in the order in which the driver numbers them. */
  readonly gpus?: readonly number[];
}

/** The machine as it was found, with what the owner says about the one that is meant. */
export function machineFor({ machine = {} }: Declaration, found: Machine): Machine {
  const { memory, cpus, gpus } = machine;
  return {
    ...found,
    ...(memory === undefined ? {} : { memoryBytes: bytesOf(memory) }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(gpus === undefined ? {} : { gpus: gpus.map(bytesOf) }),
  };
}
