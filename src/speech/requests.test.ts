import { expect, test } from 'vitest';
import { parseSpeech, parseTranscription } from './requests.ts';

const speech = { model: 'tts-1', input: 'hello', voice: 'alloy' };

function refusalOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (cause) {
    return cause;
  }
}

test('what OpenAI leaves out of a request has its values', () => {
  expect(parseSpeech(JSON.stringify(speech))).toEqual({ model: 'tts-1', text: 'hello', voice: 'alloy', format: 'mp3', speed: 1 });
  const own = { ...speech, voice: { id: 'de' }, speed: 0.25, response_format: 'pcm', instructions: 'cheerfully', stream_format: 'audio' };
  expect(parseSpeech(JSON.stringify(own))).toMatchObject({ voice: 'de', speed: 0.25, format: 'pcm' });
});

test.each([
  [{ input: '' }, 'input'],
  [{ input: 'x'.repeat(4097) }, 'input'],
  [{ input: 5 }, 'input'],
  [{ model: undefined }, 'model'],
  [{ voice: '' }, 'voice'],
  [{ voice: { name: 'x' } }, 'voice'],
  [{ speed: 0.2 }, 'speed'],
  [{ speed: 4.1 }, 'speed'],
  [{ speed: '1' }, 'speed'],
  [{ response_format: 'ogg' }, 'response_format'],
  [{ stream_format: 'sse' }, 'stream_format'],
])('a text to read with %j is refused for its field', (change, param) => {
  expect(refusalOf(() => parseSpeech(JSON.stringify({ ...speech, ...change })))).toMatchObject({ status: 400, facts: { param } });
});

test.each(['', '{', 'null', '[]', '"text"'])('a body that is %j is refused', (body) => {
  expect(refusalOf(() => parseSpeech(body))).toMatchObject({ status: 400 });
});

test('the fields of a form are read as OpenAI means them', () => {
  expect(parseTranscription([['model', 'whisper-1']])).toEqual({
    model: 'whisper-1',
    language: undefined,
    prompt: undefined,
    temperature: 0,
    format: 'json',
    words: false,
  });
  const fields = [
    ['model', 'whisper-1'],
    ['language', 'EN-us'],
    ['prompt', ''],
    ['temperature', '0.4'],
    ['response_format', 'verbose_json'],
    ['timestamp_granularities[]', 'segment'],
    ['timestamp_granularities[]', 'word'],
    ['stream', 'true'],
    ['unknown', 'field'],
  ] as const;
  expect(parseTranscription(fields)).toMatchObject({
    language: 'en',
    prompt: undefined,
    temperature: 0.4,
    format: 'verbose_json',
    words: true,
  });
});

test.each([
  ['language', 'english, please'],
  ['response_format', 'diarized_json'],
  ['temperature', '2'],
  ['temperature', 'hot'],
  ['prompt', 'x'.repeat(32_001)],
])('a form whose %s is %s is refused', (param, value) => {
  const fields = [
    ['model', 'whisper-1'],
    [param, value],
  ] as const;
  expect(refusalOf(() => parseTranscription(fields))).toMatchObject({ status: 400, facts: { param } });
});
