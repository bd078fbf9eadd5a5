import { expect, test } from 'vitest';
import { printTranscript, type Transcript } from './transcript.ts';

const said: Transcript = {
  text: 'go forward ten',
  language: 'en',
  durationSeconds: 3725.5,
  segments: [
    { start: 0.03, end: 1.5, text: ' go\n\nforward --> ' },
    { start: 3723.0449, end: 3725, text: 'ten', tokens: [7], avg_logprob: -0.3 },
  ],
  words: [{ word: 'go', start: 0.03, end: 0.5 }],
};

test('json and text hold the text alone', () => {
  expect(printTranscript(said, 'json', true)).toEqual({ type: 'application/json', body: '{"text":"go forward ten"}' });
  expect(printTranscript(said, 'text', false)).toEqual({ type: 'text/plain; charset=utf-8', body: 'go forward ten\n' });
});

test('subtitles have their times, and no text of one begins another', () => {
  expect(printTranscript(said, 'srt', false).body).toBe(
    '1\n00:00:00,030 --> 00:00:01,500\ngo forward ->\n\n2\n01:02:03,045 --> 01:02:05,000\nten\n\n',
  );
  expect(printTranscript(said, 'vtt', false).body).toBe(
    'WEBVTT\n\n00:00:00.030 --> 00:00:01.500\ngo forward ->\n\n01:02:03.045 --> 01:02:05.000\nten\n\n',
  );
});

test('a back end that tells no times gives one subtitle, and silence none', () => {
  const whole = { ...said, segments: [], durationSeconds: 2 };
  expect(printTranscript(whole, 'srt', false).body).toBe('1\n00:00:00,000 --> 00:00:02,000\ngo forward ten\n\n');
  expect(printTranscript({ ...whole, text: '' }, 'vtt', false).body).toBe('WEBVTT\n\n');
});

test('the long form has every field that OpenAI demands, and what the back end knew', () => {
  const long = JSON.parse(printTranscript(said, 'verbose_json', false).body) as { readonly segments: readonly object[] };
  expect(long).toMatchObject({
    task: 'transcribe',
    language: 'en',
    duration: 3725.5,
    text: said.text,
    usage: { type: 'duration', seconds: 3726 },
  });
  const demanded = ['avg_logprob', 'compression_ratio', 'end', 'id', 'no_speech_prob', 'seek', 'start', 'temperature', 'text', 'tokens'];
  for (const segment of long.segments) expect(Object.keys(segment).toSorted()).toEqual(demanded);
  expect(long.segments[1]).toMatchObject({ id: 1, tokens: [7], avg_logprob: -0.3 });
  expect(long).not.toHaveProperty('words');
  expect(JSON.parse(printTranscript(said, 'verbose_json', true).body)).toHaveProperty('words', said.words);
});
