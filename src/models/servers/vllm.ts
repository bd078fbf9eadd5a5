import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Sighting } from '../scheduler/state.ts';
import { type Answer, ask, wordsOf } from './ask.ts';
import type { ModelServer } from './server.ts';

export interface VllmSettings {
  readonly url: string;
  /** 1 keeps the weights in the machine's memory, 2 reads them from the disk again. */
  readonly level: 1 | 2;
  /** How long it may be nowhere before a load fails. */
  readonly absentMs?: number;
}

const lookMs = 5_000;
/** A resolver may take ten seconds to say that it knows no such name. */
const healthMs = 15_000;
const pauseMs = 500;
const isSleepingAnswer = z.object({ is_sleeping: z.boolean() });

/**
 * vLLM's sleep mode: the program goes on, the card's memory is free. It needs `--enable-sleep-mode` and VLLM_SERVER_DEV_MODE=1; without
 * them the model is pinned. A server that is down is waited for, because an engine that starts it again and again needs the memory first;
 * one whose name or machine nobody knows, without a break, is not there at all. https://docs.vllm.ai/en/latest/features/sleep_mode/
 */
export function createVllmServer({ url, level, absentMs = 90_000 }: VllmSettings): ModelServer {
  const post = async (path: string, signal: AbortSignal, body?: unknown): Promise<Answer> =>
    ask({ method: 'POST', url: `${url}${path}`, ...(body === undefined ? {} : { body }) }, signal);
  const look = async (signal: AbortSignal): Promise<{ readonly sighting: Sighting; readonly words: string }> => {
    const answer = await ask({ method: 'GET', url: `${url}/is_sleeping`, timeoutMs: lookMs }, signal);
    return { sighting: sightingOf(answer), words: wordsOf(answer) };
  };
  const must = async (path: string, signal: AbortSignal, body?: unknown): Promise<void> => {
    const answer = await post(path, signal, body);
    if (answer.kind !== 'answer' || answer.status !== 200) throw new Error(`${path.replace(/\?.*/, '')}: ${wordsOf(answer)}`);
  };
  const wake = async (signal: AbortSignal): Promise<void> => {
    if (level === 1) return await must('/wake_up', signal);
    await must('/wake_up?tags=weights', signal);
    await must('/collective_rpc', signal, { method: 'reload_weights' });
    await must('/wake_up?tags=kv_cache', signal);
  };
  return {
    url: () => url,
    async observe(signal) {
      return (await look(signal)).sighting;
    },
    async load(signal) {
      await untilUp(url, absentMs, signal);
      if ((await look(signal)).sighting === 'out') await wake(signal);
      const { sighting, words } = await look(signal);
      if (sighting !== 'in' && sighting !== 'pinned') throw new Error(`it does not wake up: ${words}`);
    },
    async unload(signal) {
      // Whoever asks the server directly is answered first: the default would cut them off.
      await must(`/sleep?level=${level}&mode=wait`, signal);
      const { sighting, words } = await look(signal);
      if (sighting !== 'out') throw new Error(`it does not go to sleep: ${words}`);
    },
    close: async () => {},
  };
}

/** Comes back when the server runs, asleep or awake. */
async function untilUp(url: string, absentMs: number, signal: AbortSignal): Promise<void> {
  let nowhereSince: number | undefined;
  for (;;) {
    const answer = await ask({ method: 'GET', url: `${url}/health`, timeoutMs: healthMs }, signal);
    if (answer.kind === 'answer' && answer.status === 200) return;
    if (signal.aborted) throw new Error(`it did not come up; last answer: ${wordsOf(answer)}`);
    nowhereSince = answer.kind === 'away' && answer.isNowhere ? (nowhereSince ?? performance.now()) : undefined;
    if (nowhereSince !== undefined && performance.now() - nowhereSince >= absentMs) throw new Error(`it is not there: ${wordsOf(answer)}`);
    await sleep(pauseMs);
  }
}

function sightingOf(answer: Answer): Sighting {
  switch (answer.kind) {
    case 'away':
      return 'out';
    case 'silent':
      return 'unknown';
    case 'answer': {
      if (answer.status === 404 || answer.status === 405) return 'pinned';
      const parsed = answer.status === 200 ? isSleepingAnswer.safeParse(parseJson(answer.text)) : undefined;
      if (parsed?.success !== true) return 'unknown';
      return parsed.data.is_sleeping ? 'out' : 'in';
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
