import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variable that marks programs that a router has started, their children too. Its value names the router. */
export const markName = 'DATAMANCY_MODEL_ROUTER';

/**
 * What a program's environment is given. Without SPT_NOENV the titles that vLLM gives its processes are written over the environment that
 * the kernel shows, and the mark with it (https://github.com/dvarrazzo/py-setproctitle#environment-variables).
 */
export function markOf(name: string): Readonly<Record<string, string>> {
  return { [markName]: name, SPT_NOENV: '1' };
}

/**
 * Kills what a router of this name has left behind when it was killed itself, and comes back when it is gone. Asks the kernel rather than
 * a file of numbers, which may be those of other programs by now.
 */
export async function endLeftovers(mark: string, proc = '/proc'): Promise<readonly number[]> {
  const found = await marked(mark, proc);
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in this moment.
    }
  }
  for (let tries = 0; tries < 100 && (await Promise.all(found.map(async (pid) => runs(pid, proc)))).includes(true); tries += 1)
    await sleep(50);
  return found;
}

/** One that is ending shows no environment any more, but may still hold the card. */
async function runs(pid: number, proc: string): Promise<boolean> {
  const stat = await readFile(`${proc}/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

async function marked(mark: string, proc: string): Promise<readonly number[]> {
  const names = (await readdir(proc)).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    names.map(async (name) => {
      // Those of other people cannot be read, and are not ours.
      const environment = await readFile(`${proc}/${name}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(`${markName}=${mark}`) ? [Number(name)] : [];
    }),
  );
  return found.flat();
}
