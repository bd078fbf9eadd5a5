import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { type Refusal, refusal } from '../answer.ts';
import type { Person } from './policy.ts';

/** What a token must say. The audience is this client, so that a token which another app was given opens nothing here. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
}

/** Who a bearer token speaks for. */
export type CheckToken = (token: string) => Promise<Person | Refusal>;

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  preferred_username: z.string().min(1).max(128),
  groups: z.array(z.string().max(128)).max(1000),
});

/**
 * Checks tokens of the sign-on server as Kubernetes does (https://kubernetes.io/docs/reference/access-authn-authz/authentication/): the ID
 * token of this very client, signed with RS256 or ES256 by a key that the issuer publishes now.
 */
export function createTokenCheck({ issuer, audience, jwksUrl }: TokenSettings): CheckToken {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 5000, cooldownDuration: 10_000, cacheMaxAge: 600_000 });
  return async (token) => checkToken(token, keys, { issuer, audience });
}

async function checkToken(
  token: string,
  keys: JWTVerifyGetKey,
  expected: Pick<TokenSettings, 'issuer' | 'audience'>,
): Promise<Person | Refusal> {
  try {
    const options = { ...expected, algorithms: ['RS256', 'ES256'], clockTolerance: 30, requiredClaims: ['sub', 'exp', 'iat'] };
    const { payload } = await jwtVerify(token, keys, options);
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success)
      return refusal(401, 'claims', 'the token does not say who it is for, or his groups', 'sign in at /login for one that does');
    return { id: claims.data.sub, name: claims.data.preferred_username, groups: claims.data.groups };
  } catch (cause) {
    if (isAway(cause)) return refusal(503, 'sign-on', 'the keys of the sign-on server cannot be read', 'try again with the same key');
    return refusal(401, 'token', 'the token is not valid here, or its time is over', 'sign in at /login for a new one');
  }
}

/** jose gives its plain error for an answer that is no key set, and lets failures of the network through. */
function isAway(cause: unknown): boolean {
  if (!(cause instanceof errors.JOSEError)) return true;
  return ['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID'].includes(cause.code);
}
