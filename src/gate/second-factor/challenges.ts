import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Store } from '../store.ts';

const lifeMs = 5 * 60_000;

const keptSchema = z.object({ purpose: z.enum(['sign-in', 'second-factor', 'enrol']), owner: z.string() });

/** What a challenge was given out for, and to which session or, before there is one, to which browser. */
export type ChallengeUse = z.infer<typeof keptSchema>;

/** Keeps a WebAuthn challenge for five minutes; of the challenge itself only a digest. */
export async function keepChallenge(store: Store, challenge: string, use: ChallengeUse): Promise<void> {
  await store.set(`challenge:${digest(challenge)}`, JSON.stringify(use), lifeMs);
}

/** Takes a challenge; false where it was never given out for this use, is too old or was taken before, however many ask at once. */
export async function takeChallenge(store: Store, challenge: string, use: ChallengeUse): Promise<boolean> {
  const key = digest(challenge);
  const kept = await store.get(`challenge:${key}`);
  const given = kept && keptSchema.safeParse(JSON.parse(kept.value)).data;
  if (given?.purpose !== use.purpose || given.owner !== use.owner) return false;
  const isFirst = (await store.add(`challenge-taken:${key}`, 1, lifeMs)) === 1;
  await store.remove(`challenge:${key}`);
  return isFirst;
}

function digest(challenge: string): string {
  return createHash('sha256').update(challenge).digest('base64url');
}
