import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../../src/deploy/lock.ts';
import { DatamancyError } from '../../../src/kit/errors.ts';
import { clearCluster, removeImagesOf } from './containers.ts';

/** A name of a cluster that nobody else on this machine uses. */
export interface ClaimedName {
  readonly name: string;
  /** It is the one that was asked for. */
  readonly isUsual: boolean;
  /** Takes away what stands under the name. */
  readonly release: () => Promise<void>;
}

/** The images of the usual name stay for the next run. A second run beside the first takes a name of its own, and leaves nothing. */
export async function claimName(usual: string): Promise<ClaimedName> {
  const claim = await new Promise<Pick<ClaimedName, 'name'> & { readonly free: () => void }>((resolve, reject) => {
    const hold = async (): Promise<void> => new Promise((free) => resolve({ name: usual, free }));
    withLock(join(tmpdir(), `datamancy-${usual}.lock`), 'npm test', hold).catch((cause: unknown) => {
      if (cause instanceof DatamancyError && cause.code === 'E_LOCKED') resolve({ name: `${usual}-${process.pid}`, free: () => undefined });
      else reject(cause);
    });
  });
  const { name, free } = claim;
  const isUsual = name === usual;
  await clearCluster(name);
  return {
    name,
    isUsual,
    release: async () => {
      await clearCluster(name);
      if (!isUsual) await removeImagesOf(name);
      free();
    },
  };
}
