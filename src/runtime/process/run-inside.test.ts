import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../kit/clock.ts';
import { readIfExists } from '../../kit/files.ts';
import { untilGone } from '../../kit/testing/until-gone.ts';
import { temporaryFolder } from '../../kit/testing/temporary-folder.ts';
import type { Launch } from './launch.ts';
import { identify } from './process-table.ts';
import { runInside } from './run-inside.ts';

function shell(script: string): Launch {
  return { file: 'sh', args: ['-c', script], env: { PATH: process.env['PATH'] ?? '' }, cwd: '/' };
}

test('input goes in, and status and both streams come out', async () => {
  const result = await runInside(shell('read line; echo "out $line"; echo err >&2; exit 3'), 'hello\n', new AbortController().signal);
  expect(result).toEqual({ status: 3, stdout: 'out hello\n', stderr: 'err\n' });
});

test('who is stopped is ended at once, together with a child that stays in the group', async () => {
  const { child, stopped } = await stopOnceItTold((file) => `sleep 120 & echo $! >${file}; sleep 120`);
  await expect(stopped).rejects.toThrow('stopped by hand');
  await untilGone(child);
});

test('who is stopped is not waited for any longer where a child left the group and kept the output', async () => {
  const { child, stopped } = await stopOnceItTold((file) => `setsid --fork sh -c 'echo $$ >${file}; exec sleep 120'; sleep 120`);
  await expect(stopped).rejects.toThrow('stopped by hand');
  expect(await identify(Number(child))).toBeDefined();
  process.kill(Number(child), 'SIGKILL');
});

/** Stops a script when it has written the number of its child into the file that it is given. */
async function stopOnceItTold(script: (file: string) => string): Promise<{ readonly child: string; readonly stopped: Promise<unknown> }> {
  const file = join(await temporaryFolder(), 'child');
  const stop = new AbortController();
  const stopped = runInside(shell(script(file)), undefined, stop.signal);
  const look = async (): Promise<{ readonly done: string } | { readonly seen: string }> => {
    const told = (await readIfExists(file)) ?? '';
    return told.endsWith('\n') ? { done: told.trim() } : { seen: `"${told}"` };
  };
  const child = await until('the number of the child', look, { everyMs: 20, withinMs: 15_000 });
  stop.abort(new Error('stopped by hand'));
  return { child, stopped };
}
