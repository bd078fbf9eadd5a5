import type { JsonWebKey } from 'node:crypto';
import type { Subject } from '../access.ts';
import type { NetworkTest } from '../networks.ts';

export type Factors = 'one_factor' | 'two_factor' | 'deny';

/** Who may use a client, and with how many factors. The first rule that matches decides. */
export interface AuthorizationPolicy {
  readonly defaultPolicy: Factors;
  readonly rules: readonly {
    readonly policy: Factors;
    /** Any of the lists suffices; within a list every subject must hold. No list is no criterion. */
    readonly subjects: readonly (readonly Subject[])[];
    readonly networks: NetworkTest | undefined;
  }[];
}

/** How long what is given out works, in whole seconds. */
export interface Lifespans {
  readonly accessToken: number;
  readonly authorizeCode: number;
  readonly idToken: number;
  readonly refreshToken: number;
}

/** What a claim can be filled with. */
export type Attribute = 'username' | 'display_name' | 'email' | 'groups';

/** A relying party, as the configuration registers it. */
export interface OidcClient {
  readonly id: string;
  readonly title: string;
  /** `$pbkdf2-sha512$…`; undefined for a public client. */
  readonly secretDigest: string | undefined;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly grantTypes: readonly ('authorization_code' | 'refresh_token')[];
  readonly responseModes: readonly string[];
  readonly authMethod: 'none' | 'client_secret_basic' | 'client_secret_post';
  readonly requiresPkce: boolean;
  readonly requiresPush: boolean;
  readonly policy: AuthorizationPolicy;
  readonly consent: 'implicit' | 'explicit' | { readonly rememberMs: number };
  readonly lifespans: Lifespans;
  /** Claims that the id_token repeats, where their scope was granted. */
  readonly idTokenClaims: readonly string[];
  readonly customClaims: Readonly<Record<string, Attribute>>;
  readonly idTokenAlgorithm: 'RS256' | 'PS256' | 'ES256';
}

/** The OpenID provider's settings, checked. */
export interface OidcSettings {
  /** The portal's address without a slash at its end. */
  readonly issuer: string;
  readonly hmacSecret: string;
  /** Private keys; the first of an algorithm signs, the public halves of all are published. */
  readonly keys: readonly JsonWebKey[];
  readonly scopes: Readonly<Record<string, readonly string[]>>;
  readonly clients: ReadonlyMap<string, OidcClient>;
  readonly cors: { readonly endpoints: readonly string[]; readonly origins: readonly string[]; readonly ofRedirects: boolean };
}
