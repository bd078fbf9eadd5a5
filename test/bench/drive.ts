import type { ChildProcess } from 'node:child_process';
import type { Load, LoadResult } from './load.ts';

/** Has the process of load.ts run one load. */
export async function drive(child: ChildProcess, load: Load): Promise<LoadResult> {
  return await new Promise((resolve, reject) => {
    const fail = (status: number | null): void => reject(new Error(`the load ended by itself with status ${status}`));
    child.once('exit', fail);
    child.once('message', (result: LoadResult) => {
      child.off('exit', fail);
      resolve(result);
    });
    child.send(load);
  });
}
