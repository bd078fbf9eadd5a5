import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import type { Speaker } from './backends/backend.ts';
import { BackendFailure, Refusal } from './failure.ts';
import { encode, wholeFirst } from './ffmpeg.ts';
import type { SpeechRequest } from './requests.ts';
import type { Scratch } from './scratch.ts';
import { chooseVoice, type Voice } from './voices.ts';

/** What goes to the client; the stream fails where the sound breaks off, and destroying it ends all that makes it. */
export interface Spoken {
  readonly stream: Readable;
  /** Known where the format begins with it. */
  readonly bytes?: number;
}

interface Candidate {
  readonly speaker: Speaker;
  readonly voice: string | undefined;
}

/** The back ends that have the voice, then those that have one of its language. A Refusal where nobody has either. */
export function speakersFor(
  wanted: string,
  speakers: readonly Speaker[],
  voicesOf: (speaker: Speaker) => readonly Voice[],
): readonly Candidate[] {
  const choices = speakers.map((speaker) => ({ speaker, choice: chooseVoice(wanted, voicesOf(speaker)) }));
  const fitting = [
    ...choices.filter(({ choice }) => choice.kind === 'own' || choice.kind === 'default'),
    ...choices.filter(({ choice }) => choice.kind === 'language'),
  ].map(({ speaker, choice }) => ({ speaker, voice: 'id' in choice ? choice.id : undefined }));
  if (fitting.length === 0) {
    throw new Refusal(400, `Nobody here has the voice '${wanted.slice(0, 100)}'; /v1/audio/voices lists those that there are.`, {
      param: 'voice',
      code: 'unsupported_value',
    });
  }
  return fitting;
}

/**
 * Resolves with the first bytes at hand, so that until then another back end can still take over. The signal also ends a stream that nobody
 * reads, whose place others wait for.
 */
export async function speak({ speaker, voice }: Candidate, request: SpeechRequest, scratch: Scratch, signal: AbortSignal): Promise<Spoken> {
  const sound = await speaker.speak(request.text, voice, signal);
  if (!wholeFirst.has(request.format)) return { stream: addAbortSignal(signal, await begun(encode(sound, request, signal), speaker.name)) };
  const path = scratch.newPath();
  try {
    for await (const _ of encode(sound, { ...request, path }, signal));
    const { size } = await stat(path);
    const stream = addAbortSignal(signal, createReadStream(path));
    stream.once('close', () => void scratch.remove(path));
    return { stream, bytes: size };
  } catch (cause) {
    await scratch.remove(path);
    throw cause;
  }
}

async function begun(stream: Readable, name: string): Promise<Readable> {
  await new Promise<void>((resolve, reject) => {
    stream.once('readable', resolve);
    stream.once('error', reject);
  });
  if (stream.readableLength > 0) return stream;
  throw new BackendFailure('failed', `${name} said nothing`);
}
