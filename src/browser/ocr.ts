import { execa } from 'execa';
import { mostPixels, pictureSize } from './picture-size.ts';

interface Word {
  readonly text: string;
  /** From 0 to 100. */
  readonly confidence: number;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export interface ReadText {
  readonly text: string;
  /** Mean of all words; 0 without any. */
  readonly confidence: number;
  readonly words: readonly Word[];
}

export type Ocr = { readonly kind: 'read'; readonly read: ReadText } | { readonly kind: 'unreadable'; readonly why: string };

const readMs = 60_000;

/**
 * Reads a PNG or JPEG picture with Tesseract, on one processor. Boxes are in pixels of the picture, divided by `scale`.
 * https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html
 */
export async function readPicture(
  picture: Buffer,
  { languages, scale = 1 }: { readonly languages: readonly string[]; readonly scale?: number },
  signal: AbortSignal,
): Promise<Ocr> {
  const size = pictureSize(picture);
  if (!size) return { kind: 'unreadable', why: 'the picture is neither PNG nor JPEG' };
  // A small file can hold a picture that fills all memory.
  if (size.width * size.height > mostPixels)
    return { kind: 'unreadable', why: `the picture has more than ${mostPixels / 1e6} million pixels` };
  const { exitCode, timedOut, stdout, stderr } = await execa(
    'tesseract',
    ['stdin', 'stdout', '-l', languages.join('+'), '--psm', '3', 'tsv'],
    {
      input: picture,
      reject: false,
      cancelSignal: signal,
      timeout: readMs,
      forceKillAfterDelay: 500,
      maxBuffer: 16 * 1024 ** 2,
      env: { OMP_THREAD_LIMIT: '1' },
    },
  );
  signal.throwIfAborted();
  if (timedOut) return { kind: 'unreadable', why: `reading took longer than ${readMs / 1000} seconds` };
  if (exitCode !== 0) return { kind: 'unreadable', why: lastWords(stderr) };
  return { kind: 'read', read: parseTsv(stdout, scale) };
}

function lastWords(stderr: string): string {
  const missing = /Error opening data file \S*?\/(\w+)\.traineddata/.exec(stderr)?.[1];
  return missing === undefined
    ? `Tesseract says: ${stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? ''}`
    : `the language ${missing} is not installed`;
}

/** Rows of level 5 are words; those of a line stand together. */
export function parseTsv(tsv: string, scale = 1): ReadText {
  const words: Word[] = [];
  const lines = new Map<string, string[]>();
  for (const row of tsv.split('\n').slice(1)) {
    const [level, page, block, paragraph, line, , left, top, width, height, confidence, text = ''] = row.split('\t');
    if (level !== '5' || text.trim() === '') continue;
    const [x = 0, y = 0, wide = 0, high = 0] = [left, top, width, height].map((value) => Number(value) / scale);
    words.push({ text, confidence: Number(confidence), box: { x, y, width: wide, height: high } });
    const key = [page, block, paragraph, line].join(' ');
    lines.set(key, [...(lines.get(key) ?? []), text]);
  }
  const sum = words.reduce((total, word) => total + word.confidence, 0);
  return {
    text: [...lines.values()].map((line) => line.join(' ')).join('\n'),
    confidence: words.length === 0 ? 0 : sum / words.length,
    words,
  };
}
