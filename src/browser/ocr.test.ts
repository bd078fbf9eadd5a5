import { expect, test } from 'vitest';
import { parseTsv, readPicture } from './ocr.ts';
import { pictureSize } from './picture-size.ts';

const head = 'level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext';

test('words come with confidence and box, and lines with their words', () => {
  const rows = [
    '1\t1\t0\t0\t0\t0\t0\t0\t640\t480\t-1\t',
    '5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t90.5\tHello',
    '5\t1\t1\t1\t1\t2\t50\t20\t30\t40\t80.5\tworld',
    '5\t1\t1\t1\t2\t1\t10\t70\t30\t40\t30\tagain',
    '5\t1\t1\t1\t2\t2\t10\t70\t30\t40\t95\t ',
  ];
  expect(parseTsv([head, ...rows, ''].join('\n'), 2)).toEqual({
    text: 'Hello world\nagain',
    confidence: 67,
    words: [
      { text: 'Hello', confidence: 90.5, box: { x: 5, y: 10, width: 15, height: 20 } },
      { text: 'world', confidence: 80.5, box: { x: 25, y: 10, width: 15, height: 20 } },
      { text: 'again', confidence: 30, box: { x: 5, y: 35, width: 15, height: 20 } },
    ],
  });
  expect(parseTsv(`${head}\n`)).toEqual({ text: '', confidence: 0, words: [] });
});

function png(width: number, height: number): Buffer {
  const bytes = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080258032001011100', 'hex');

test('the size of a picture is read from its first bytes', () => {
  expect(pictureSize(png(800, 600))).toEqual({ width: 800, height: 600 });
  expect(pictureSize(jpeg)).toEqual({ width: 800, height: 600 });
});

test.each([
  Buffer.alloc(0),
  Buffer.from('GIF89a'),
  Buffer.from('ffd8', 'hex'),
  Buffer.from('ffd8ffe00000ffe00000', 'hex'),
  jpeg.subarray(0, 24),
  // Read as a length, what follows these would lead to the frame header behind it.
  ...['01', 'd0', 'd9'].map((marker) => Buffer.from(`ffd8ff${marker}0004ffffffc0000b080258032001011100`, 'hex')),
])('what is no picture, or half of one, has none', (bytes) => {
  expect(pictureSize(bytes)).toBeUndefined();
});

test('what is no picture, or unpacks to more than fits, is not read at all', async () => {
  const { signal } = new AbortController();
  const options = { languages: ['eng'] };
  expect(await readPicture(Buffer.from('%PDF-1.4'), options, signal)).toEqual({
    kind: 'unreadable',
    why: 'the picture is neither PNG nor JPEG',
  });
  expect(await readPicture(png(65_000, 65_000), options, signal)).toEqual({
    kind: 'unreadable',
    why: 'the picture has more than 40 million pixels',
  });
});
