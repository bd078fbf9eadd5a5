import { outputOf } from '../child.ts';
import { lookForFfmpeg } from '../ffmpeg.ts';
import { readAll } from '../read-all.ts';
import type { Voice } from '../voices.ts';
import type { Speaker } from './backend.ts';

const defaultVoice = 'en-us';

/** eSpeak NG: a voice without grace, in a hundred languages, that is always there. https://github.com/espeak-ng/espeak-ng */
export function espeakSpeaker({ name }: { readonly name: string }): Speaker {
  return {
    name,
    async look(signal) {
      await lookForFfmpeg(signal);
      return readVoices(await readAll(outputOf(['espeak-ng', '--voices'], '', signal), 200_000, 'espeak-ng'));
    },
    speak: async (text, voice = defaultVoice, signal) => ({
      kind: 'file',
      stream: outputOf(['espeak-ng', '--stdin', '--stdout', '-b', '1', '-v', voice], plain(text), signal),
    }),
  };
}

/** Control characters are commands to it, and `[[` begins phonemes. */
function plain(text: string): string {
  return text.replaceAll(/(?!\n)\p{Cc}/gu, ' ').replaceAll('[[', '[ [');
}

/** Lines as ` 5  en-us           --/M      English_(America)  gmw/en-US            (en 3)`. */
export function readVoices(printed: string): readonly Voice[] {
  const voices = printed.split('\n').flatMap((line) => {
    const [, language, name] = /^\s*\d+\s+([a-z][\w-]*)\s+\S+\s+(\S+)/.exec(line) ?? [];
    return language === undefined || name === undefined ? [] : [{ id: language, name: name.replaceAll('_', ' '), language }];
  });
  return [...new Map(voices.map((voice) => [voice.id, voice])).values()];
}
