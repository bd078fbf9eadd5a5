/** What belongs at one place of cluster.yaml, in the words of a message. */
export interface Place {
  /** Id of the rule a malformed value breaks. */
  readonly rule: string;
  /** Ends the sentence “… must be”. */
  readonly must: string;
  readonly fix: string;
  /** A reason more exact than `must`, for the value at hand. */
  readonly why?: (value: string) => string | undefined;
  /** What the name is that the owner chose for it, and what is told of one that is none. */
  readonly name?: { readonly rule: string; readonly of: string; readonly fix: string };
  /** The value may hold a key, so no message shows it. */
  readonly hidden?: true;
}
