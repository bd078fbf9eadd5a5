import type { Client, Target } from '../attacks/attack.ts';

/** An OpenID provider to try, with what the suite must know about how it was set up. */
export interface OpenidTarget extends Target {
  readonly clients: Target['clients'] & {
    /** Sends its secret in the body, asks for its id_token to say the groups and the mail address too. */
    readonly posting: Client;
    /** Its codes live for `codeLifeMs`, much shorter than those of all others. */
    readonly hasty: Client;
  };
  /** An address registered for the usual client to send people to after a sign-out. */
  readonly afterSignOut: string;
  readonly codeLifeMs: number;
  /** Makes another key sign; the present one stays published. */
  readonly rotateKeys: () => Promise<void>;
  /** Disables a person as an administrator does, and returns once sign-on knows of it. */
  readonly disable: (username: string) => Promise<void>;
}
