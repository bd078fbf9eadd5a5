import type { Sound } from '../ffmpeg.ts';
import type { TranscriptionRequest } from '../requests.ts';
import type { Transcript } from '../transcript.ts';
import type { Voice } from '../voices.ts';

/** A file that a client sent; `extension` is one of a few known ones, or empty. */
export interface Upload {
  readonly path: string;
  readonly bytes: number;
  readonly extension: string;
}

/**
 * Something that reads text aloud. Its functions fail with a BackendFailure where another one may do better, and with a Refusal where
 * the request is at fault.
 */
export interface Speaker {
  readonly name: string;
  /** Looks whether it is there, and which voices it has. */
  look(signal: AbortSignal): Promise<readonly Voice[]>;
  /** Resolves as soon as it began to say something; `voice` is one of its own, undefined its first choice. */
  speak(text: string, voice: string | undefined, signal: AbortSignal): Promise<Sound>;
}

/** Something that writes down what is said; it fails as a {@link Speaker} does. */
export interface Listener {
  readonly name: string;
  /** Languages that it knows, as ISO 639-1 codes; undefined where it knows many. */
  readonly languages?: readonly string[];
  look(signal: AbortSignal): Promise<readonly Voice[]>;
  transcribe(upload: Upload, request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript>;
}
