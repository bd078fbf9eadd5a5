/** A person as the directory knows him. */
export interface Person {
  /** Never given to another, even where the name is given again: the directory's entryUUID. It is the subject of every token. */
  readonly id: string;
  /** The name as the directory spells it, whatever was typed. */
  readonly username: string;
  readonly displayName: string;
  readonly email: string;
  readonly groups: readonly string[];
}

/** The directory does not answer at the moment; `reason` is for the log. */
interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: string;
}

type SignInAnswer =
  | { readonly kind: 'accepted'; readonly person: Person }
  /** The password was right, but has run out or was set by somebody else: the person must choose a new one first. */
  | { readonly kind: 'must-change'; readonly person: Person }
  /** `isKnown` says whether the name is somebody's. It is for the log: in the place of a name that is nobody's may stand a password. */
  | { readonly kind: 'refused'; readonly isKnown: boolean }
  | Unavailable;

export type LookUpAnswer = { readonly kind: 'found'; readonly person: Person } | { readonly kind: 'missing' } | Unavailable;

/**
 * What a link stands on: `state` is the person's id, a space, and when the password was last changed (`pwdChangedTime`; nothing before the
 * first change). So it works once, and never for a later person of the same name.
 */
type PasswordStateAnswer =
  | { readonly kind: 'found'; readonly person: Person; readonly state: string }
  | { readonly kind: 'missing' }
  | Unavailable;

/** What became of a new password; `why` of a refusal is the directory's policy in words for the person. */
type PasswordAnswer =
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'missing' }
  | Unavailable;

/** Where people and their groups are kept. Answers are values; no method throws for a person's input. */
export interface Directory {
  signIn(username: string, password: string, signal: AbortSignal): Promise<SignInAnswer>;
  /** By name or mail address. A person who is disabled is missing. */
  lookUp(username: string, signal: AbortSignal): Promise<LookUpAnswer>;
  /** By {@link Person.id}, as a passkey or a token names a person. A person who is disabled is missing. */
  lookUpId(id: string, signal: AbortSignal): Promise<LookUpAnswer>;
  passwordState(username: string, signal: AbortSignal): Promise<PasswordStateAnswer>;
  /** Sets a password without the old one, as after a link that came by mail. */
  setPassword(username: string, password: string, signal: AbortSignal): Promise<PasswordAnswer>;
  /** Changes a password as the person himself; `missing` where the old one is not right. */
  changePassword(username: string, former: string, password: string, signal: AbortSignal): Promise<PasswordAnswer>;
}

/** Group and user names travel in comma-separated headers: those that could pose as others are not used. */
export function isUsableName(name: string): boolean {
  return name.length > 0 && name.length <= 256 && !/[,\p{Cc}\p{Cf}\u2028\u2029]/u.test(name);
}
