import type { GrantRecord } from '../../contracts/index.ts';
import type { Secret } from '../../service/index.ts';

/** One try at a provider's door, from inside its own unit but over its network address. The password goes in on standard input. */
export interface Attempt {
  readonly argv: readonly [string, ...string[]];
  /** What the answer says when all is as it should be: a success, or the refusal that is wanted. */
  readonly wanted: RegExp;
  /** What the answer never says when all is as it should be. */
  readonly unwanted?: RegExp;
}

/** How to knock at one kind of provider with the credential of a client. */
export interface Login {
  readonly credential: { readonly user: string; readonly password: Secret };
  /** With the client's own credential: it gets in. */
  readonly own: Attempt;
  /** With another password: it is refused because of the password. */
  readonly wrongPassword: Attempt;
  /** With the client's own credential at what belongs to others: it is refused. */
  readonly others: Attempt & { readonly what: string };
}

/** Makes the attempts for one grant; `neighbour` is another client's grant at the same provider, where there is one. */
export type LoginOf<Grant> = (grant: Grant, neighbour: GrantRecord<unknown, Grant> | undefined, facts: { readonly admin: string }) => Login;

/** A shell that takes the password from standard input into a variable and becomes the program: argv never holds it. */
export function withPassword(variable: string, command: string, ...values: readonly (string | number)[]): readonly [string, ...string[]] {
  return ['sh', '-c', `IFS= read -r ${variable}; export ${variable}; exec ${command}`, 'sh', ...values.map(String)];
}
