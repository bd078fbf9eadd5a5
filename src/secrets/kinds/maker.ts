/** The named texts that make up one secret: `value`, and what belongs to it, such as `public` or `digest`. */
export type Parts = Readonly<Record<string, string>>;

/** How one kind of secret is made, recognised, and what follows from it. */
export interface SecretMaker {
  /** Fresh parts from the system's random source; absent where only the owner has the value. */
  readonly make?: () => Promise<Parts>;
  /** Why these parts do not fit the kind, or undefined where they do. */
  readonly check: (parts: Parts) => string | undefined;
  /** Parts computed from the others, such as a public key or a salted digest. */
  readonly derived?: {
    readonly names: readonly string[];
    /** Whatever besides the parts themselves the derived ones depend on. */
    readonly about?: string;
    /** Whether they are due again, though nothing changed. */
    readonly isDue?: (parts: Parts) => boolean;
    readonly compute: (parts: Parts) => Promise<Parts>;
  };
  /** The parts after a change of the value that loses nothing; absent where any change would. */
  readonly rotate?: (parts: Parts) => Promise<Parts>;
}

/** The main part, or an empty text, which fits no kind. */
export function valueOf(parts: Parts): string {
  return parts['value'] ?? '';
}
