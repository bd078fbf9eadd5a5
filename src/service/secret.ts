/** What a secret is made of. A generator and a validator exist for each kind in `secrets/`. */
export type SecretKind =
  | { readonly kind: 'password'; readonly length?: number }
  | { readonly kind: 'hex'; readonly bytes: number }
  | { readonly kind: 'base64url'; readonly bytes: number }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'rsa'; readonly bits: 2048 | 3072 | 4096 }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'vapid' }
  | { readonly kind: 'rails-encryption' }
  | { readonly kind: 'jwks' }
  | { readonly kind: 'signing-keys' }
  | { readonly kind: 'authority'; readonly name: string; readonly domain: string }
  | { readonly kind: 'certificate'; readonly host: string; readonly authority: string }
  | { readonly kind: 'dkim' }
  | { readonly kind: 'oidc-client' }
  | { readonly kind: 'htpasswd'; readonly user: string }
  | { readonly kind: 'ldap-password' }
  | { readonly kind: 'age' }
  | { readonly kind: 'ssh' }
  | { readonly kind: 'ethereum' }
  | { readonly kind: 'supplied'; readonly about: string };

/** One secret that must exist before the stack can be written. */
export interface SecretRequest {
  readonly id: string;
  readonly spec: SecretKind;
  /** The secret guards data at rest, so it can never be rotated automatically. */
  readonly keeps?: 'data';
}
