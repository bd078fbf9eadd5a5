import { wantedModels } from './room.ts';
import type { Rules, State } from './state.ts';

/** Before anything was measured. */
const guessedLoadMs = 30_000;
const guessedAnswerMs = 5_000;
const longestMs = 600_000;

/**
 * When it is worth asking again, in milliseconds: after the loads that stand between now and this model, as long as they took so far, and
 * after those who wait for it already.
 */
export function retryAfterMs(state: State, rules: Rules, name: string): number {
  const model = state[name];
  if (!model) return 0;
  const isResident = model.residence.kind === 'in';
  const ahead = isResident ? [] : [...new Set([...wantedModels(state).map((wanted) => wanted.name), name])];
  const loads = ahead.reduce((sum, other) => sum + (state[other]?.loadMs ?? guessedLoadMs), 0);
  const rounds = model.waiting.length / (rules.models[name]?.parallel ?? 1);
  return Math.min(longestMs, Math.max(1_000, loads + rounds * (model.answerMs ?? guessedAnswerMs)));
}
