import type { Need, Path } from './need.ts';

/** Names of the needs of one kind; any name where the definition's own names are erased. */
export type KeysOfKind<Needs, Kind extends string> = string extends keyof Needs
  ? string
  : { [K in keyof Needs]: Needs[K] extends Need<Kind> ? K : never }[keyof Needs];

/** Paths that the edge lets pass unasked, because the app asks for something else there. */
export interface Bypass {
  /** Everything at and below this path. */
  readonly path: Path;
  /** How the app itself proves who asks, as in `an API token of the person`. */
  readonly authentication: string;
}

/** Names of the headers in which the app is told who asks; `Remote-User` and the like (Authelia's names) are there in any case. */
export interface IdentityHeaders {
  readonly user?: string;
  readonly groups?: string;
  readonly name?: string;
  readonly email?: string;
}

/**
 * Who may pass: the app's own OIDC login, its own login against the directory, groups checked by the edge, or anyone for a stated
 * reason. A group that is a tier stands for the tiers above it too.
 */
export type Access<Needs = Readonly<Record<string, Need>>> =
  | {
      readonly login: KeysOfKind<Needs, 'oidc'>;
      /** Who gets a token for this app. */
      readonly groups: readonly [string, ...string[]];
      /** Path in the app at which signing in begins: it sends the browser to the sign-on server. */
      readonly start: Path;
      readonly secondFactor?: true;
    }
  | { readonly directory: KeysOfKind<Needs, 'ldap'>; readonly why: string }
  | {
      readonly groups: readonly [string, ...string[]];
      readonly secondFactor?: true;
      /** Why programs may also send name and password with each request (HTTP Basic); the sign-on server checks them, the app never sees them. */
      readonly basic?: string;
      readonly identity?: IdentityHeaders;
      /** Why nobody but the edge may knock: it lets in whoever does. It is on a network that only the edge shares. */
      readonly alone?: string;
      /**
       * Why others may reach it too, although it believes a header about who asks: it does so only where the address that asks is one of
       * its door, the network `here.door`.
       */
      readonly door?: string;
      readonly bypass?: readonly Bypass[];
    }
  | { readonly open: string };
