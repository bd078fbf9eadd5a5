import { distance } from 'fastest-levenshtein';

const longestCompared = 64;

/** The word that was most likely meant, or undefined where none is close enough to be worth saying. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (word.length > longestCompared) return undefined;
  const near = word.length < 4 ? 1 : word.length < 9 ? 2 : 3;
  const meant = word.toLowerCase();
  let best: { readonly candidate: string; readonly away: number } | undefined;
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) > near) continue;
    const away = distance(meant, candidate.toLowerCase());
    if (away <= near && (!best || away < best.away || (away === best.away && candidate < best.candidate))) best = { candidate, away };
  }
  return best?.candidate;
}

/** `a`, `a and b`, `a, b and c`; beyond `most` the rest is counted. */
export function listWords(words: readonly string[], joint: 'and' | 'or' = 'and', most = 6): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${joint} ${shown.at(-1) ?? ''}`;
}
