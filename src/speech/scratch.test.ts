import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runOrFail } from '../kit/process.ts';
import { openScratch } from './scratch.ts';

test('the folder is private, and what a killed process has left is removed while that of a living one stays', async () => {
  const root = await mkdtemp(join(tmpdir(), 'scratch-test-'));
  try {
    const dead = Number(await runOrFail(['sh', '-c', 'echo $$'], { fix: 'none' }));
    const living = process.ppid;
    for (const name of [`speech-${dead}-abc`, `speech-${process.pid}-abc`, `speech-${living}-abc`, 'others']) {
      await mkdir(join(root, name));
      await writeFile(join(root, name, 'upload'), 'left');
    }
    const scratch = await openScratch(root);
    expect((await readdir(root)).toSorted()).toEqual(['others', scratch.folder.slice(root.length + 1), `speech-${living}-abc`].toSorted());
    expect((await stat(scratch.folder)).mode & 0o777).toBe(0o700);
    await writeFile(scratch.newPath(), 'x');
    await scratch.close();
    expect(await readdir(root)).not.toContain(scratch.folder.slice(root.length + 1));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
