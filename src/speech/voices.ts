/** A voice of a back end; `language` as in `en`, `en-us` or `de_DE`. */
export interface Voice {
  readonly id: string;
  readonly name: string;
  readonly language: string;
}

/** The voices that OpenAI's clients offer. A back end that has none of them takes its own first choice instead. */
export const openaiVoices: readonly string[] = [
  'alloy',
  'ash',
  'ballad',
  'coral',
  'echo',
  'fable',
  'onyx',
  'nova',
  'sage',
  'shimmer',
  'verse',
  'marin',
  'cedar',
];

export type VoiceChoice =
  | { readonly kind: 'own'; readonly id: string }
  | { readonly kind: 'language'; readonly id: string }
  | { readonly kind: 'default' }
  | { readonly kind: 'none' };

/**
 * Which voice of a back end comes nearest to the one that was asked for. One that another back end has, as in `de_DE-thorsten-medium`,
 * says its language, so a text is not read in a wrong one.
 */
export function chooseVoice(wanted: string, voices: readonly Voice[]): VoiceChoice {
  if (voices.some(({ id }) => id === wanted)) return { kind: 'own', id: wanted };
  if (openaiVoices.includes(wanted)) return { kind: 'default' };
  const language = /^([a-z]{2,3})(?:[-_][\w-]*)?$/.exec(wanted)?.[1];
  const near = voices.filter((voice) => languageOf(voice) === language);
  const nearest = near.find(({ id }) => id === language) ?? near[0];
  return language !== undefined && nearest ? { kind: 'language', id: nearest.id } : { kind: 'none' };
}

function languageOf({ language }: Voice): string {
  return language.split(/[-_]/)[0] ?? '';
}
