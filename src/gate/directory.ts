/** A person as the directory knows him. */
export interface Person {
  /** The name as the directory spells it, whatever was typed. */
  readonly username: string;
  readonly displayName: string;
  readonly email: string;
  readonly groups: readonly string[];
}

type SignInAnswer =
  | { readonly kind: 'accepted'; readonly person: Person }
  | { readonly kind: 'refused' }
  /** Nobody can be checked at the moment; `reason` is for the log. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export type LookUpAnswer =
  | { readonly kind: 'found'; readonly person: Person }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Where people and their groups are kept. Answers are values; neither method throws for a person's input. */
export interface Directory {
  signIn(username: string, password: string, signal: AbortSignal): Promise<SignInAnswer>;
  lookUp(username: string, signal: AbortSignal): Promise<LookUpAnswer>;
}

/** Group and user names travel in comma-separated headers: those that could pose as others are not used. */
export function isUsableName(name: string): boolean {
  return name.length > 0 && name.length <= 256 && !/[,\p{Cc}\p{Cf}\u2028\u2029]/u.test(name);
}
