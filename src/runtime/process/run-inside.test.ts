import { expect, test } from 'vitest';
import type { Launch } from './launch.ts';
import { runInside } from './run-inside.ts';

function shell(script: string): Launch {
  return { file: 'sh', args: ['-c', script], env: { PATH: process.env['PATH'] ?? '' }, cwd: '/' };
}

test('input goes in, and status and both streams come out', async () => {
  const result = await runInside(shell('read line; echo "out $line"; echo err >&2; exit 3'), 'hello\n', new AbortController().signal);
  expect(result).toEqual({ status: 3, stdout: 'out hello\n', stderr: 'err\n' });
});

test.each([
  ['stays in the group', 'sleep 30 & sleep 30'],
  ['left the group and kept the output', 'setsid --fork sh -c "exec sleep 5"; sleep 30'],
])('who is stopped stops at once, also where a child %s', async (_, script) => {
  const began = Date.now();
  await expect(runInside(shell(script), undefined, AbortSignal.timeout(200))).rejects.toThrow('aborted due to timeout');
  expect(Date.now() - began).toBeLessThan(4000);
});
