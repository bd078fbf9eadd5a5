import type { Declaration } from './declaration.ts';
import { bytesOf } from './memory.ts';

/** What the machine has. What is not known is absent, and then nothing is refused for want of it. */
export interface Machine {
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** Size of the disk on which the engine keeps images and volumes. */
  readonly diskBytes?: number;
  /** Memory of each graphics card, in the order in which the driver numbers them. */
  readonly gpus?: readonly number[];
}

/** The machine as it was found, with what the owner says about the one that is meant. */
export function machineFor({ machine = {} }: Declaration, found: Machine): Machine {
  const { memory, cpus, disk, gpus } = machine;
  return {
    ...found,
    ...(memory === undefined ? {} : { memoryBytes: bytesOf(memory) }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(disk === undefined ? {} : { diskBytes: bytesOf(disk) }),
    ...(gpus === undefined ? {} : { gpus: gpus.map(bytesOf) }),
  };
}
