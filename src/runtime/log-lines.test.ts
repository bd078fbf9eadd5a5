import { array, assert, constantFrom, integer, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText, demultiplex, splitLines } from './log-lines.ts';

function frame(stream: 1 | 2, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

test('two streams come apart whole wherever the bytes are cut', () => {
  const frames = array(record({ stream: constantFrom(1 as const, 2 as const), text: string({ unit: 'binary' }) }));
  assert(
    property(frames, array(integer({ min: 1, max: 40 }), { minLength: 1 }), (said, sizes) => {
      const bytes = Buffer.concat(said.map(({ stream, text }) => frame(stream, Buffer.from(text))));
      const got = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
      const push = demultiplex((name, payload) => got[name].push(payload));
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        push(bytes.subarray(at, at + size));
        at += size;
      }
      const wanted = (wanted: 1 | 2): Buffer =>
        Buffer.concat(said.flatMap(({ stream, text }) => (stream === wanted ? [Buffer.from(text)] : [])));
      expect(Buffer.concat(got.stdout)).toEqual(wanted(1));
      expect(Buffer.concat(got.stderr)).toEqual(wanted(2));
    }),
  );
});

test('lines come whole although their bytes and letters are cut', () => {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (const byte of Buffer.from('grün\r\nzweite\n\nrest')) splitter.push(Uint8Array.of(byte));
  splitter.end();
  expect(lines).toEqual(['grün', 'zweite', '', 'rest']);
});

test('a line without end is cut', () => {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (let count = 0; count < 100; count++) splitter.push(Buffer.from('x'.repeat(65_536)));
  splitter.push(Buffer.from('\nnext\n'));
  expect(lines.map(({ length }) => length)).toEqual([4001, 4]);
  expect(lines[0]?.at(-1)).toBe('…');
});

test('what would move the cursor, colour the terminal, set its title or turn text around is taken out', () => {
  const hostile = '\u001B[31mred\u001B[0m \u001B]0;title\u0007\u001B[2J\u009B1mok\u0000\b\r \u202Eevil\tend';
  expect(cleanText(hostile, 100)).toBe('red 1mok evil\tend');
});
