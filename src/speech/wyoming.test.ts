import { expect, test } from 'vitest';
import { event } from './testing/fake-wyoming.ts';
import { readEvents, writeEvent } from './wyoming.ts';

/** The same bytes in pieces of that length, as a network may give them. */
async function* pieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(bytes: Buffer, length = bytes.length): Promise<readonly (readonly unknown[])[]> {
  const found = [];
  for await (const { type, data, payload } of readEvents(pieces(bytes, length))) found.push([type, data, payload.toString('latin1')]);
  return found;
}

const stream = Buffer.concat([
  Buffer.from('{"type": "describe"}\n'),
  Buffer.from('{"type": "info", "data": {"a": 1, "b": 2}, "data_length": 8, "payload_length": null}\n{"b": 3}'),
  event('audio-chunk', '{"rate": 22050, "width": 2, "channels": 1}', Buffer.from('\n{"x":\u0001\n', 'latin1')),
  event('transcript', '{"text": "größe"}'),
]);

test.each([1, 2, 7, 64, 10_000])('events are read whatever pieces they come in (%i bytes)', async (length) => {
  expect(await read(stream, length)).toEqual([
    ['describe', {}, ''],
    ['info', { a: 1, b: 3 }, ''],
    ['audio-chunk', { rate: 22050, width: 2, channels: 1 }, '\n{"x":\u0001\n'],
    ['transcript', { text: 'größe' }, ''],
  ]);
});

test.each([
  ['a line that is no JSON', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a header without a type', Buffer.from('{"data": {}}\n')],
  ['a length below nothing', Buffer.from('{"type": "a", "data_length": -1}\n')],
  ['a length that is too much', Buffer.from('{"type": "a", "payload_length": 99999999999}\n')],
  ['data that is no object', Buffer.from('{"type": "a", "data_length": 2}\n[]')],
  ['a line without an end', Buffer.alloc(5 * 1024 * 1024, 'x')],
  ['an event that is cut off', stream.subarray(0, stream.length - 1)],
  ['a line that is cut off', Buffer.from('{"type": "a"}')],
])('%s ends the conversation', async (_what, bytes) => {
  await expect(read(bytes, 65_536)).rejects.toMatchObject({ name: 'BackendFailure', kind: 'failed' });
});

test('what is written has its lengths in bytes', () => {
  const [line = '', rest = ''] = writeEvent('synthesize', { text: 'größe' }, Buffer.from('pcm')).toString('utf8').split('\n');
  expect(JSON.parse(line)).toEqual({ type: 'synthesize', version: '1.5.0', data_length: 18, payload_length: 3 });
  expect(rest).toBe('{"text":"größe"}pcm');
});
