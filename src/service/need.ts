/**
 * A request for something another service provides, and the grant it is answered with.
 * `grant` exists only in the type: the stack fills it in when it resolves the need.
 */
export interface Need<Kind extends string = string, Request = unknown, Grant = unknown> {
  readonly kind: Kind;
  readonly request: Request;
  /** The service works without it, so nothing is wrong where no service answers. */
  readonly optional?: true;
  readonly grant?: Grant;
}

export type GrantOf<N> = N extends Need<string, unknown, infer Grant> ? Grant : never;

/** A need that may go unanswered; its grant is undefined then. */
export function optional<Kind extends string, Request, Grant>(need: Need<Kind, Request, Grant>): Need<Kind, Request, Grant | undefined> {
  return { ...need, optional: true };
}

export type Path = `/${string}`;
