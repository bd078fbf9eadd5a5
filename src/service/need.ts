/**
 * A request for something another service provides, and the grant it is answered with.
 * `grant` exists only in the type: the stack fills it in when it resolves the need.
 */
export interface Need<Kind extends string = string, Request = unknown, Grant = unknown> {
  readonly kind: Kind;
  readonly request: Request;
  readonly grant?: Grant;
}

export type GrantOf<N> = N extends Need<string, unknown, infer Grant> ? Grant : never;

export type Path = `/${string}`;
