import type { Log } from '../kit/log.ts';
import type { Listener, Speaker } from './backends/backend.ts';
import type { SpeechConfig } from './config.ts';
import type { Metrics } from './metrics.ts';
import type { Task } from './models.ts';
import type { Scratch } from './scratch.ts';
import type { Slots } from './slots.ts';
import type { Watch } from './watch.ts';

/** All parts that requests are answered with. */
export interface Gateway {
  readonly config: Pick<SpeechConfig, 'token' | 'upload_bytes' | 'transcription' | 'speech'>;
  readonly listeners: readonly Listener[];
  readonly speakers: readonly Speaker[];
  readonly slots: Readonly<Record<Task, Slots>>;
  readonly watch: Watch;
  readonly scratch: Scratch;
  readonly metrics: Metrics;
  readonly log: Log;
}
