import type { Readable } from 'node:stream';
import { ChildFailed, outputOf } from './child.ts';
import { BackendFailure, Refusal } from './failure.ts';
import type { AudioFormat } from './requests.ts';

/** What a back end has said, before it becomes what the client asked for. */
export type Sound =
  /** Samples of 16 bits, the lower byte first. */
  | { readonly kind: 'pcm'; readonly rate: number; readonly channels: number; readonly stream: Readable }
  /** A format that says itself what it is. */
  | { readonly kind: 'file'; readonly stream: Readable };

/** What recognizers of speech take: 16 bits, one channel, 16 kHz. */
export const heard = { rate: 16_000, width: 2, channels: 1 } as const;
export const heardBytesPerSecond = heard.rate * heard.width * heard.channels;

const program = ['ffmpeg', '-nostdin', '-hide_banner', '-v', 'error', '-threads', '1'] as const;

/**
 * A file from outside is only ever read as one of these. Playlists among ffmpeg's formats name other files and addresses, which it would
 * open (https://ffmpeg.org/ffmpeg-formats.html#Format-Options).
 */
const containers = 'aac,ac3,aiff,amr,au,caf,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,ogg,w64,wav';
const onlyAudio = ['-map', '0:a:0', '-map_metadata', '-1', '-fflags', '+bitexact', '-ac', '1'] as const;
const longestHeardSeconds = 4 * 3600;
const longestSaidSeconds = 3600;

/** Bits that have no random tags in them, so the same words give the same file. */
const encoders: Readonly<Record<AudioFormat, readonly string[]>> = {
  mp3: ['-c:a', 'libmp3lame', '-b:a', '64k', '-write_xing', '0', '-f', 'mp3'],
  opus: ['-c:a', 'libopus', '-b:a', '32k', '-f', 'ogg'],
  aac: ['-c:a', 'aac', '-b:a', '64k', '-f', 'adts'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
  wav: ['-c:a', 'pcm_s16le', '-f', 'wav'],
  pcm: ['-c:a', 'pcm_s16le', '-f', 's16le'],
};

export const contentTypes: Readonly<Record<AudioFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

/** These say at their beginning how long they are, so they are written to a file first. */
export const wholeFirst: ReadonlySet<AudioFormat> = new Set(['flac', 'wav']);

/** Plain samples of an uploaded file. Fails with a Refusal where there is no audio in it. */
export async function* decode(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const input = ['-protocol_whitelist', 'file', '-format_whitelist', containers, '-i', `file:${path}`];
  const output = ['-t', `${longestHeardSeconds}`, '-ar', `${heard.rate}`, '-f', 's16le', 'pipe:1'];
  let bytes = 0;
  try {
    for await (const chunk of outputOf([...program, ...input, ...onlyAudio, ...output], '', signal)) {
      bytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  } catch (cause) {
    if (cause instanceof ChildFailed && bytes === 0) throw notAudio();
    throw cause;
  }
  if (bytes === 0) throw notAudio();
}

/** OpenAI's pcm has 24 kHz, and the other formats get the same. `path` stands for a file that is written instead of the stream. */
export function encode(
  sound: Sound,
  { format, speed, path }: { readonly format: AudioFormat; readonly speed: number; readonly path?: string },
  signal: AbortSignal,
): Readable {
  const from =
    sound.kind === 'pcm'
      ? ['-f', 's16le', '-ar', `${sound.rate}`, '-ac', `${sound.channels}`]
      : ['-protocol_whitelist', 'pipe', '-format_whitelist', containers];
  const output = ['-ar', '24000', ...tempo(speed), '-t', `${longestSaidSeconds}`, ...encoders[format]];
  const to = path === undefined ? 'pipe:1' : `file:${path}`;
  return outputOf([...program, ...from, '-i', 'pipe:0', ...onlyAudio, ...output, to], sound.stream, signal);
}

/** One filter slows down to a half at most. */
function tempo(speed: number): readonly string[] {
  if (speed === 1) return [];
  return ['-af', speed < 0.5 ? `atempo=0.5,atempo=${speed / 0.5}` : `atempo=${speed}`];
}

function notAudio(): Refusal {
  return new Refusal(400, 'Invalid file format. Supported are flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav and webm.', {
    param: 'file',
    code: 'invalid_value',
  });
}

/** Resolves when the program can be run. */
export async function lookForFfmpeg(signal: AbortSignal): Promise<void> {
  for await (const chunk of outputOf(['ffmpeg', '-version'], '', signal)) if ((chunk as Buffer).length > 0) return;
  throw new BackendFailure('away', 'ffmpeg says nothing');
}
