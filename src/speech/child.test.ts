import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { untilGone } from '../kit/testing/until-gone.ts';
import { ChildFailed, outputOf } from './child.ts';

const never = new AbortController().signal;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function firstOf(stream: Readable): Promise<string> {
  const next = await (stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>).next();
  return String(next.value);
}

test('what a program prints is what comes out, whatever it is given', async () => {
  const input = Buffer.alloc(3_000_000, 'abc');
  expect((await buffer(outputOf(['cat'], Readable.from([input], { objectMode: false }), never))).equals(input)).toBe(true);
  expect(await text(outputOf(['sh', '-c', 'read -r line; echo "heard $line"'], "don't; rm $(x)\n", never))).toBe("heard don't; rm $(x)\n");
});

test('a program that fails after it printed something is no success', async () => {
  const half = text(outputOf(['sh', '-c', 'echo half; echo why >&2; exit 3'], '', never));
  await expect(half).rejects.toMatchObject({ name: 'BackendFailure', kind: 'failed', status: 3, words: 'why' });
  await expect(half).rejects.toBeInstanceOf(ChildFailed);
  await expect(text(outputOf(['sh', '-c', 'echo half; kill -9 $$'], '', never))).rejects.toThrow('sh was ended by SIGKILL');
  await expect(text(outputOf(['no-such-program'], '', never))).rejects.toMatchObject({ kind: 'away' });
});

test('a program that says more than anybody reads is remembered by its last words', async () => {
  const failure: unknown = await text(outputOf(['sh', '-c', 'seq -f "line %g of many" 3000 >&2; exit 1'], '', never)).catch(
    (cause: unknown) => cause,
  );
  expect(failure).toBeInstanceOf(ChildFailed);
  expect((failure as ChildFailed).words.length).toBeLessThanOrEqual(2000);
  expect((failure as ChildFailed).words).toMatch(/line 3000 of many$/);
});

test('what goes wrong with the source goes wrong with the output', async () => {
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    throw new Error('the source broke');
  }
  await expect(text(outputOf(['cat'], Readable.from(source(), { objectMode: false }), never))).rejects.toThrow('the source broke');
});

test('a program may leave what it is given, and still be right', async () => {
  const endless = Readable.from([Buffer.alloc(5_000_000)], { objectMode: false });
  expect(await text(outputOf(['sh', '-c', 'head -c 3 | wc -c'], endless, never))).toBe('3\n');
});

test.each(['aborted', 'destroyed'])('the program and its children end when the request is %s', async (how) => {
  const stopping = new AbortController();
  const stream = outputOf(['sh', '-c', 'sleep 60 & echo $!; wait'], '', stopping.signal);
  stream.on('error', () => undefined);
  const pid = (await firstOf(stream)).trim();
  expect(isAlive(Number(pid))).toBe(true);
  if (how === 'aborted') stopping.abort(new Error('gone'));
  else stream.destroy();
  await untilGone(pid);
});

test('a program sees nothing of our environment', async () => {
  process.env['SPEECH_TEST_SECRET'] = 'hidden';
  try {
    expect(await text(outputOf(['env'], '', never))).not.toContain('hidden');
  } finally {
    delete process.env['SPEECH_TEST_SECRET'];
  }
});
