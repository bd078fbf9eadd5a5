import { copyFile, open, rename, stat, truncate } from 'node:fs/promises';
import { sleep } from '../../kit/clock.ts';
import { systemCode } from '../../kit/errors.ts';
import { splitLines } from '../log-lines.ts';

/** As much as containers keep: three files of 10 MB. */
const longestBytes = 10_000_000;

/**
 * Puts a log that has grown too long aside and empties it. Its writers append to the file they opened and cannot be told of
 * another, so what they say between the copy and the cut, a moment, is lost.
 */
export async function rotateLog(path: string, limit = longestBytes): Promise<void> {
  if ((await sizeOf(path)) < limit) return;
  await unlessMissing(rename(`${path}.1`, `${path}.2`));
  await copyFile(path, `${path}.1.new`);
  await truncate(path);
  await rename(`${path}.1.new`, `${path}.1`);
}

/** The last lines, oldest first, also from files put aside. */
export async function tailLog(path: string, tail: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const file of [path, `${path}.1`, `${path}.2`]) {
    if (lines.length >= tail) break;
    lines.unshift(...(await lastLines(file, tail - lines.length)));
  }
  return lines;
}

/** Enough for many lines of the longest kind; older ones are not looked for. */
const longestTail = 4_000_000;

async function lastLines(path: string, count: number): Promise<readonly string[]> {
  const size = await sizeOf(path);
  const start = Math.max(0, size - longestTail);
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  await readFrom(path, start, splitter.push);
  splitter.end();
  return (start > 0 ? lines.slice(1) : lines).slice(-count);
}

const lookEveryMs = 100;

/** New lines from now on, until the signal is aborted. A file that shrinks was cut, and is read from its start. */
export async function followLog(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  const splitter = splitLines(onLine);
  let at = await sizeOf(path);
  while (!signal.aborted) {
    if ((await sizeOf(path)) < at) at = 0;
    at += await readFrom(path, at, splitter.push);
    await sleep(lookEveryMs, signal).catch(() => undefined);
  }
}

async function readFrom(path: string, start: number, take: (bytes: Uint8Array) => void): Promise<number> {
  const file = await unlessMissing(open(path, 'r'));
  if (!file) return 0;
  let taken = 0;
  try {
    const buffer = Buffer.alloc(64 * 1024);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start + taken);
      if (bytesRead === 0) return taken;
      take(buffer.subarray(0, bytesRead));
      taken += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await unlessMissing(stat(path)))?.size ?? 0;
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}
