import { expect, test } from 'vitest';
import type { Speaker } from './backends/backend.ts';
import { readVoices } from './backends/espeak.ts';
import { speakersFor } from './speak.ts';
import { chooseVoice, type Voice } from './voices.ts';

const piperVoices = ['en_US-lessac-medium', 'de_DE-thorsten-low', 'de_DE-thorsten-high'].map((id) => ({
  id,
  name: id,
  language: id.slice(0, 5),
}));
const espeakVoices = ['de', 'en-gb', 'en-us', 'zh'].map((id) => ({ id, name: id, language: id }));

function speaker(name: string): Speaker {
  const away = async (): Promise<never> => Promise.reject(new Error('is not asked'));
  return { name, look: away, speak: away };
}

const speakers = [speaker('piper'), speaker('espeak-ng')];

function chosen(wanted: string): readonly (readonly [string, string | undefined])[] {
  const voices = (one: Speaker): readonly Voice[] => (one.name === 'piper' ? piperVoices : espeakVoices);
  return speakersFor(wanted, speakers, voices).map(({ speaker: { name }, voice }) => [name, voice]);
}

test('a voice of its own, one of the language, or the first choice', () => {
  expect(chooseVoice('de', espeakVoices)).toEqual({ kind: 'own', id: 'de' });
  expect(chooseVoice('de_DE-thorsten-low', espeakVoices)).toEqual({ kind: 'language', id: 'de' });
  expect(chooseVoice('en_US-lessac-medium', espeakVoices)).toEqual({ kind: 'language', id: 'en-gb' });
  expect(chooseVoice('alloy', espeakVoices)).toEqual({ kind: 'default' });
  for (const wanted of ['fr_FR-x', 'english', '--help', 'de;id', 'de-x;id', '', '../de'])
    expect(chooseVoice(wanted, espeakVoices).kind).toBe('none');
});

test('who has the voice reads before who knows but its language', () => {
  const better = [
    ['piper', undefined],
    ['espeak-ng', undefined],
  ];
  expect(chosen('nova')).toEqual(better);
  expect(chosen('de_DE-thorsten-high')).toEqual([
    ['piper', 'de_DE-thorsten-high'],
    ['espeak-ng', 'de'],
  ]);
  expect(chosen('de')).toEqual([
    ['espeak-ng', 'de'],
    ['piper', 'de_DE-thorsten-low'],
  ]);
  expect(chosen('zh')).toEqual([['espeak-ng', 'zh']]);
  expect(() => chosen('nobody')).toThrow("Nobody here has the voice 'nobody'");
});

test('the voices of eSpeak NG are read from what it prints', () => {
  const printed = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  af              --/M      Afrikaans          gmw/af
 5  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  en-us-nyc       --/M      English_(America,_New_York_City) gmw/en-US-nyc
 5  en-us           --/M      Twice              gmw/en-US
`;
  expect(readVoices(printed)).toEqual([
    { id: 'af', name: 'Afrikaans', language: 'af' },
    { id: 'en-us', name: 'Twice', language: 'en-us' },
    { id: 'en-us-nyc', name: 'English (America, New York City)', language: 'en-us-nyc' },
  ]);
});
