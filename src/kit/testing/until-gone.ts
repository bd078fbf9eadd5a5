import { readFile } from 'node:fs/promises';
import { until } from '../clock.ts';

/** Waits until no process of this number runs. One that has ended stays in the table until somebody has asked for its status. */
export async function untilGone(pid: string): Promise<void> {
  const look = async (): Promise<{ readonly done: true } | { readonly seen: string }> => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return stat === '' || /\) [ZX] /.test(stat) ? { done: true } : { seen: stat };
  };
  await until(`process ${pid} is gone`, look, { everyMs: 20, withinMs: 15_000 });
}
