import { Refusal } from './failure.ts';

/** What is asked of a back end. */
export type Task = 'transcription' | 'speech';

/** Names that mean the best there is: those of OpenAI's models, which clients send unasked, and the task's own. */
const aliases: Readonly<Record<Task, readonly string[]>> = {
  transcription: [
    'whisper-1',
    'gpt-transcribe',
    'gpt-4o-transcribe',
    'gpt-4o-mini-transcribe',
    'gpt-4o-mini-transcribe-2025-12-15',
    'transcription',
  ],
  speech: ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts', 'gpt-4o-mini-tts-2025-12-15', 'speech'],
};

const listed: Readonly<Record<Task, readonly string[]>> = { transcription: ['whisper-1'], speech: ['tts-1', 'tts-1-hd'] };

interface Named {
  readonly name: string;
}

/** The back ends that may answer to this name, the best first: all of them, or the one that is named itself. */
export function backendsFor<B extends Named>(task: Task, model: string, backends: readonly B[]): readonly B[] {
  if (aliases[task].includes(model)) return backends;
  const own = backends.filter(({ name }) => name === model);
  if (own.length === 0) {
    throw new Refusal(404, `The model '${model.slice(0, 100)}' does not exist here; /v1/models lists those that do.`, {
      param: 'model',
      code: 'model_not_found',
    });
  }
  return own;
}

export interface Model {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

export function listModels(task: Task, backends: readonly Named[]): readonly Model[] {
  return [...listed[task], ...backends.map(({ name }) => name)].map((id) => ({
    id,
    object: 'model',
    created: 0,
    owned_by: 'speech-gateway',
  }));
}
