import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Cookie of the signed double submit. The prefix keeps other hosts of the domain from setting it. */
export const csrfCookie = '__Host-gate_csrf';

/** A fresh value for the cookie. */
export function newCsrfSeed(): string {
  return randomBytes(32).toString('base64url');
}

/** The form field that belongs to a cookie value. */
export function csrfToken(seed: string, secret: string): string {
  return createHmac('sha256', secret).update(`csrf:${seed}`).digest('base64url');
}

/** What a browser says about where a form was posted from. */
export interface PostOrigin {
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/**
 * Whether a POST was sent by one of our own forms: the field must belong to the cookie, and a browser that says where
 * the form stood must say that it was here. `Origin: null` is what a page without referrer sends.
 */
export function isOwnPost(
  post: PostOrigin,
  portalUrl: string,
  seed: string | undefined,
  token: string | undefined,
  secret: string,
): boolean {
  if (post.fetchSite !== undefined && post.fetchSite !== 'same-origin') return false;
  if (post.origin !== undefined && post.origin !== 'null' && post.origin !== new URL(portalUrl).origin) return false;
  if (!seed || !token || !/^[A-Za-z0-9_-]{43}$/.test(seed)) return false;
  const expected = Buffer.from(csrfToken(seed, secret));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
