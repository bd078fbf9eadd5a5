import { Readable } from 'node:stream';
import { outputOf } from '../child.ts';
import { BackendFailure } from '../failure.ts';
import { decode, heardBytesPerSecond, lookForFfmpeg } from '../ffmpeg.ts';
import { readAll } from '../read-all.ts';
import type { Segment, Transcript, Word } from '../transcript.ts';
import type { Listener } from './backend.ts';

const mostPrinted = 4 * 1024 * 1024;

/** What Node gives a child as its input is a socket, which cannot be opened by name as this program does with its input. */
const listen = ['sh', '-c', 'cat | exec pocketsphinx_continuous -infile /dev/stdin -time yes'] as const;

/** PocketSphinx: English only, and often wrong, but always there. https://github.com/cmusphinx/pocketsphinx */
export function pocketsphinxListener({ name }: { readonly name: string }): Listener {
  return {
    name,
    languages: ['en'],
    async look(signal) {
      await lookForFfmpeg(signal);
      const found = await readAll(outputOf(['sh', '-c', 'command -v pocketsphinx_continuous || true'], '', signal), 1000, name);
      if (found === '') throw new BackendFailure('away', 'pocketsphinx_continuous is not installed');
      return [];
    },
    async transcribe({ path }, _request, signal) {
      let bytes = 0;
      async function* counted(): AsyncGenerator<Buffer> {
        for await (const chunk of decode(path, signal)) {
          bytes += chunk.length;
          yield chunk;
        }
      }
      const printed = await readAll(outputOf(listen, Readable.from(counted(), { objectMode: false }), signal), mostPrinted, name);
      return { ...readUtterances(printed), language: 'en', durationSeconds: bytes / heardBytesPerSecond };
    },
  };
}

/** Each utterance is a line of text, and then a line `<word> <start> <end> <probability>` for each of its words, marks and silences. */
export function readUtterances(printed: string): Transcript {
  const segments: Segment[] = [];
  const words: Word[] = [];
  let said: Word[] = [];
  for (const line of printed.split('\n')) {
    const [, token = '', start = '', end = ''] = /^(\S+) (\d+\.\d+) (\d+\.\d+) \d+\.\d+$/.exec(line) ?? [];
    if (token === '</s>' && said.length > 0) {
      segments.push({ start: said[0]?.start ?? 0, end: said.at(-1)?.end ?? 0, text: said.map(({ word }) => word).join(' ') });
      words.push(...said);
    }
    if (token === '<s>' || token === '</s>') said = [];
    else if (/^[\p{L}'.-]+(\(\d+\))?$/u.test(token))
      said.push({ word: token.replace(/\(\d+\)$/, ''), start: Number(start), end: Number(end) });
  }
  return { text: segments.map(({ text }) => text).join(' '), segments, words };
}
