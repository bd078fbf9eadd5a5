/** A stretch of what was said; seconds from the beginning. Whisper's servers say more of it, which is passed on as it is. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly [more: string]: unknown;
}

export interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export interface Transcript {
  readonly text: string;
  readonly language?: string | undefined;
  readonly durationSeconds?: number | undefined;
  /** Empty where the back end tells no times. */
  readonly segments: readonly Segment[];
  readonly words: readonly Word[];
}

export const transcriptFormats = ['json', 'text', 'srt', 'verbose_json', 'vtt'] as const;
export type TranscriptFormat = (typeof transcriptFormats)[number];

/** What Whisper alone knows of a segment. Typed clients demand the fields, so others get values that claim nothing. */
const unknownToOthers = { seek: 0, tokens: [], temperature: 0, avg_logprob: 0, compression_ratio: 1, no_speech_prob: 0 };

interface Printed {
  readonly type: string;
  readonly body: string;
}

/** A transcript as OpenAI prints it (CreateTranscriptionResponseJson, -VerboseJson in https://github.com/openai/openai-openapi). */
export function printTranscript(transcript: Transcript, format: TranscriptFormat, withWords: boolean): Printed {
  switch (format) {
    case 'json':
      return json({ text: transcript.text });
    case 'verbose_json':
      return json(verbose(transcript, withWords));
    case 'text':
      return { type: 'text/plain; charset=utf-8', body: `${transcript.text}\n` };
    case 'srt':
      return { type: 'text/plain; charset=utf-8', body: timed(transcript, ',', (index) => `${index + 1}\n`) };
    case 'vtt':
      return { type: 'text/vtt; charset=utf-8', body: `WEBVTT\n\n${timed(transcript, '.', () => '')}` };
  }
}

function json(value: object): Printed {
  return { type: 'application/json', body: JSON.stringify(value) };
}

function verbose(transcript: Transcript, withWords: boolean): object {
  const { text, language = 'und', durationSeconds = transcript.segments.at(-1)?.end ?? 0 } = transcript;
  return {
    task: 'transcribe',
    language,
    duration: durationSeconds,
    text,
    segments: transcript.segments.map((segment, id) => ({ ...unknownToOthers, ...segment, id })),
    ...(withWords ? { words: transcript.words } : {}),
    usage: { type: 'duration', seconds: Math.ceil(durationSeconds) },
  };
}

function timed(transcript: Transcript, point: string, head: (index: number) => string): string {
  const { text, durationSeconds = 0 } = transcript;
  const whole = text === '' ? [] : [{ start: 0, end: durationSeconds, text }];
  return (transcript.segments.length > 0 ? transcript.segments : whole)
    .map(({ start, end, text }, index) => `${head(index)}${clock(start, point)} --> ${clock(end, point)}\n${oneLine(text)}\n\n`)
    .join('');
}

/** An empty line or an arrow would begin another cue. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('-->', '->').trim();
}

function clock(seconds: number, point: string): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${String(ms % 1000).padStart(3, '0')}`;
}
