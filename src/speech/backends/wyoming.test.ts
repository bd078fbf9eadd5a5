import { afterEach, expect, test } from 'vitest';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { event, type FakeWyoming, fakeWyoming } from '../testing/fake-wyoming.ts';
import type { Speaker } from './backend.ts';
import { wyomingSpeaker } from './wyoming.ts';

const never = new AbortController().signal;
const format = '{"rate": 22050, "width": 2, "channels": 1, "timestamp": null}';
const running: FakeWyoming[] = [];

afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

/** A speaker whose server answers the first line that it hears like that. */
async function speaker(answer: (socket: Socket) => void): Promise<{ readonly piper: Speaker; readonly server: FakeWyoming }> {
  let hasAnswered = false;
  const server = await fakeWyoming((heard, socket) => {
    if (hasAnswered || !heard.includes('\n')) return;
    hasAnswered = true;
    answer(socket);
  });
  running.push(server);
  return { piper: wyomingSpeaker({ name: 'piper', host: server.host, port: server.port }), server };
}

test('its voices are those of what it says about itself', async () => {
  const info = `{"asr": [], "tts": [{"name": "piper", "voices": [
    {"name": "en_US-lessac-medium", "languages": ["en_US"], "installed": true, "speakers": null},
    {"name": "bare"}]}], "wake": []}`;
  const { piper } = await speaker((socket) => socket.end(event('info', info)));
  expect(await piper.look(never)).toEqual([
    { id: 'en_US-lessac-medium', name: 'en_US-lessac-medium', language: 'en_US' },
    { id: 'bare', name: 'bare', language: '' },
  ]);
});

test('the samples of all chunks come out, and it is asked for the text and voice', async () => {
  const { piper, server } = await speaker((socket) => {
    for (const part of [event('audio-start', format), event('audio-chunk', format, Buffer.from('abcd'))]) socket.write(part);
    socket.write(Buffer.concat([event('ping', '{}'), event('audio-chunk', format, Buffer.from('efgh')), event('audio-stop', '{}')]));
  });
  const sound = await piper.speak('say "größe"\n', 'de_DE-x', never);
  expect(sound).toMatchObject({ kind: 'pcm', rate: 22_050, channels: 1 });
  expect((await buffer(sound.stream)).toString()).toBe('abcdefgh');
  const [line = '', data = ''] = server.heard().toString('utf8').split('\n');
  expect(JSON.parse(line)).toMatchObject({ type: 'synthesize', data_length: Buffer.byteLength(data) });
  expect(JSON.parse(data)).toEqual({ text: 'say "größe"\n', voice: { name: 'de_DE-x' } });
});

test.each([
  [
    'says what is wrong',
    (socket: Socket) => socket.write(event('error', '{"text": "no such\\u001b[2J voice", "code": "ValueError"}')),
    /no such\[2J voice/,
  ],
  [
    'says nothing',
    (socket: Socket) => socket.write(Buffer.concat([event('audio-start', format), event('audio-stop', '{}')])),
    /said nothing/,
  ],
  ['hangs up', (socket: Socket) => socket.end(), /closed the connection/],
  ['resets', (socket: Socket) => socket.resetAndDestroy(), /broke/],
  ['speaks HTTP', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /no event/],
  [
    'has samples of 8 bits',
    (socket: Socket) => socket.write(event('audio-start', '{"rate": 8000, "width": 1, "channels": 1}')),
    /cannot be understood/,
  ],
])('one that %s fails before anything is heard', async (_what, answer, words) => {
  const { piper } = await speaker((socket) => void answer(socket));
  await expect(piper.speak('x', undefined, never)).rejects.toMatchObject({
    name: 'BackendFailure',
    message: expect.stringMatching(words) as string,
  });
});

test('one that breaks off in the middle is no whole answer', async () => {
  const { piper } = await speaker((socket) =>
    socket.end(Buffer.concat([event('audio-start', format), event('audio-chunk', format, Buffer.from('abcd'))])),
  );
  const { stream } = await piper.speak('x', undefined, never);
  await expect(buffer(stream)).rejects.toThrow(/closed the connection|broke off/);
});

test('one that is not there is away, and one that is silent is left when the request ends', async () => {
  const { piper, server } = await speaker(() => undefined);
  const stopping = new AbortController();
  const asked = piper.speak('x', undefined, stopping.signal);
  setTimeout(() => stopping.abort(new Error('gone')), 20);
  await expect(asked).rejects.toThrow('gone');
  server.close();
  await expect(piper.look(never)).rejects.toMatchObject({ kind: 'away' });
});
