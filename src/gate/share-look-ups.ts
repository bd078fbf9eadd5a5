import type { Directory, LookUpAnswer } from './directory.ts';

const quietMs = 15_000;

/**
 * A directory that is asked about one person once at a time, and not about anybody for a while after it was found
 * away: while it hangs, requests of signed-in people must not hang with it. Sign-ins are always tried.
 */
export function shareLookUps(directory: Directory, now: () => number = Date.now): Directory {
  const underWay = new Map<string, Promise<LookUpAnswer>>();
  let quietUntil = 0;

  async function ask(username: string, signal: AbortSignal): Promise<LookUpAnswer> {
    try {
      const answer = await directory.lookUp(username, signal);
      if (answer.kind === 'unavailable') quietUntil = now() + quietMs;
      return answer;
    } finally {
      underWay.delete(username);
    }
  }

  return {
    ...directory,
    async lookUp(username, signal) {
      if (now() < quietUntil) return { kind: 'unavailable', reason: 'the directory was away a moment ago' };
      const answer = underWay.get(username) ?? ask(username, signal);
      underWay.set(username, answer);
      return await answer;
    },
  };
}
