import * as z from 'zod';
import { duration, ignored, listOf } from './schema-parts.ts';

const name = z.string().min(1);

const factors = z.enum(['one_factor', 'two_factor', 'deny']);

const tokenLifespans = {
  access_token: duration.optional(),
  authorize_code: duration.optional(),
  id_token: duration.optional(),
  refresh_token: duration.optional(),
};

const signingKey = z.strictObject({
  key_id: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{1,100}$/, 'must be 1 to 100 letters, digits, or ._~-')
    .optional(),
  algorithm: z.enum(['RS256', 'PS256', 'ES256'], { error: 'must be RS256, PS256 or ES256' }).default('RS256'),
  use: z.literal('sig', { error: 'must be sig: gate encrypts no tokens' }).default('sig'),
  key: z.string().includes('PRIVATE KEY', { error: 'must be a private key in PEM' }),
  certificate_chain: ignored,
});

const authorizationPolicy = z.strictObject({
  default_policy: factors.default('two_factor'),
  rules: z
    .array(
      z.strictObject({
        policy: factors.default('two_factor'),
        subject: z.union([z.string().transform((one) => [[one]]), z.array(listOf(z.string()))]).optional(),
        networks: listOf(z.string()).optional(),
      }),
    )
    .default([]),
});

const claimsPolicy = z.strictObject({
  id_token: z.array(name).default([]),
  access_token: z.array(name).max(0, 'must be empty: access tokens say nothing by themselves here').optional(),
  id_token_audience_mode: z.literal('specification', { error: 'must be specification' }).optional(),
  custom_claims: z
    .record(
      name,
      z.strictObject({
        name: name.optional(),
        attribute: z.enum(['username', 'display_name', 'email', 'mail', 'groups']).optional(),
      }),
    )
    .default({}),
});

const noSuch = (what: string) => z.undefined({ error: `is not supported: ${what}` }).optional();

const unsigned = z.literal('none', { error: 'must be none: gate answers in plain JSON' }).optional();

/** https://www.authelia.com/configuration/identity-providers/openid-connect/clients/ */
const client = z.strictObject({
  client_id: z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 visible ASCII characters'),
  client_name: name.optional(),
  client_secret: z
    .string()
    .regex(
      /^\$pbkdf2-sha512\$[1-9]\d{3,6}\$[A-Za-z0-9./]{11,}\$[A-Za-z0-9./]{86}$/,
      'must be a digest as in $pbkdf2-sha512$310000$…, never the secret',
    )
    .optional(),
  public: z.boolean().default(false),
  redirect_uris: z.array(z.string()).min(1),
  /** Not of Authelia, which has no sign-out by relying parties. */
  post_logout_redirect_uris: z.array(z.string()).default([]),
  request_uris: z.array(z.string()).max(0, 'must be empty: request objects are pushed').optional(),
  sector_identifier_uri: noSuch('every client sees the same subject'),
  audience: ignored,
  requested_audience_mode: ignored,
  scopes: z.array(name).default(['openid', 'groups', 'profile', 'email']),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token'], { error: 'must be authorization_code or refresh_token' }))
    .default(['authorization_code']),
  response_types: z.array(z.literal('code', { error: 'must be code' })).default(['code']),
  response_modes: z
    .array(z.enum(['query', 'form_post', 'fragment'], { error: 'must be query, form_post or fragment' }))
    .default(['query', 'form_post']),
  authorization_policy: name.default('two_factor'),
  lifespan: z.string().optional(),
  claims_policy: z.string().optional(),
  consent_mode: z.enum(['auto', 'explicit', 'implicit', 'pre-configured']).default('auto'),
  pre_configured_consent_duration: duration.optional(),
  require_pushed_authorization_requests: z.boolean().default(false),
  require_pkce: z.boolean().default(false),
  pkce_challenge_method: z.enum(['', 'S256'], { error: 'must be S256' }).optional(),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post'], { error: 'must be none, client_secret_basic or client_secret_post' })
    .optional(),
  id_token_signed_response_alg: z.enum(['RS256', 'PS256', 'ES256']).default('RS256'),
  userinfo_signed_response_alg: unsigned,
  introspection_signed_response_alg: unsigned,
  access_token_signed_response_alg: unsigned,
});

/** The section `identity_providers.oidc` as Authelia 4.39 writes it. https://www.authelia.com/configuration/identity-providers/openid-connect/provider/ */
export const oidcSection = z.strictObject({
  hmac_secret: z.string().min(32, 'must have at least 32 characters').optional(),
  jwks: z.array(signingKey).min(1),
  enable_client_debug_messages: ignored,
  minimum_parameter_entropy: ignored,
  enforce_pkce: z
    .enum(['public_clients_only', 'always'], { error: 'must be public_clients_only or always' })
    .default('public_clients_only'),
  enable_pkce_plain_challenge: z.literal(false, { error: 'must be false: a plain challenge protects nothing' }).optional(),
  enable_jwt_access_token_stateless_introspection: z.literal(false).optional(),
  discovery_signed_response_alg: unsigned,
  require_pushed_authorization_requests: z.boolean().default(false),
  lifespans: z
    .strictObject({ ...tokenLifespans, device_code: ignored, custom: z.record(name, z.strictObject(tokenLifespans)).default({}) })
    .prefault({}),
  claims_policies: z.record(name, claimsPolicy).default({}),
  authorization_policies: z.record(name, authorizationPolicy).default({}),
  scopes: z.record(name, z.strictObject({ claims: z.array(name) })).default({}),
  cors: z
    .strictObject({
      endpoints: z
        .array(z.enum(['authorization', 'pushed-authorization-request', 'token', 'introspection', 'revocation', 'userinfo']))
        .default([]),
      allowed_origins: z.array(z.string()).default([]),
      allowed_origins_from_client_redirect_uris: z.boolean().default(false),
    })
    .prefault({}),
  clients: z.array(client).min(1),
});

export type OidcSection = z.output<typeof oidcSection>;
export type ClientSection = OidcSection['clients'][number];
