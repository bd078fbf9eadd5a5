import * as z from 'zod';
import { patterns } from './names.ts';

/** What the sign-on servers can tell an application (https://www.authelia.com/integration/openid-connect/openid-connect-1.0-claims/). */
export const clientScopes = ['openid', 'profile', 'email', 'groups', 'offline_access'] as const;

/** Claims that may stand in an ID token too. */
export const idTokenClaims = ['groups', 'email', 'email_verified', 'name', 'preferred_username'] as const;

/** Words that Authelia knows here; a rule tells which of them do not fit a client. */
export const authMethods = ['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'] as const;
export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'implicit',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const;
export const responseTypes = ['code', 'id_token', 'token', 'id_token token', 'code id_token', 'code token', 'code id_token token'] as const;
export const responseModes = ['query', 'form_post', 'fragment', 'jwt', 'query.jwt', 'form_post.jwt', 'fragment.jwt'] as const;
export const consentModes = ['implicit', 'explicit', 'pre-configured'] as const;

const listOf = <Item extends z.ZodType>(item: Item): z.ZodOptional<z.ZodArray<Item>> => z.array(item).min(1).optional();
const address = z.string().min(1).max(2000);

/** One application outside the cluster, as cluster.yaml holds it under clients. */
export const clientSchema = z
  .strictObject({
    title: z.string().regex(patterns.title).optional().describe('What people read when they are asked for consent; the id where absent.'),
    redirects: z.array(address).describe('Addresses to which people are sent back, letter for letter as the application sends them.'),
    post_logout_redirects: listOf(address).describe('Addresses to which people may be sent after signing out.'),
    public: z.boolean().optional().describe('The application can keep no secret: it runs in a browser or on a person’s own machine.'),
    groups: listOf(z.string().regex(patterns.group)).describe('Groups that may sign in with it; viewer where absent.'),
    second_factor: z.boolean().optional().describe('Whether people need a second factor for it.'),
    scopes: listOf(z.enum(clientScopes)).describe('What it may ask for; openid, profile, email and groups where absent.'),
    grants: listOf(z.enum(grantTypes)).describe('authorization_code where absent; refresh_token goes with the scope offline_access.'),
    response_types: listOf(z.enum(responseTypes)).describe('code where absent.'),
    response_modes: listOf(z.enum(responseModes)).describe('query and form_post where absent.'),
    auth_method: z
      .enum(authMethods)
      .optional()
      .describe('How it proves itself; client_secret_basic where absent, none where it is public.'),
    require_pkce: z.boolean().optional().describe('false only for an application with a secret that does not know PKCE.'),
    consent: z.enum(consentModes).optional().describe('Whether people are asked for consent; explicit where absent.'),
    consent_duration: z.string().optional().describe('How long a pre-configured consent lasts, such as 30 days.'),
    id_token_claims: listOf(z.enum(idTokenClaims)).describe('Claims that it reads from the ID token.'),
    audience: listOf(address).describe('Addresses of services that take its access tokens.'),
  })
  .transform(
    ({
      post_logout_redirects: postLogoutRedirects,
      second_factor: secondFactor,
      response_types,
      response_modes,
      auth_method: authMethod,
      require_pkce: requirePkce,
      consent_duration: consentDuration,
      id_token_claims,
      ...rest
    }) => ({
      ...rest,
      postLogoutRedirects,
      secondFactor,
      responseTypes: response_types,
      responseModes: response_modes,
      authMethod,
      requirePkce,
      consentDuration,
      idTokenClaims: id_token_claims,
    }),
  );
