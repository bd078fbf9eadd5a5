import { createHash, timingSafeEqual } from 'node:crypto';

/** The letters that a token may have, and how many: https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export const tokenPattern = /^[\w.~+/=-]{1,8192}$/;

/** What follows `Bearer ` in an Authorization header; undefined where it holds none. */
export function bearerOf(header: string | undefined): string | undefined {
  const token = /^Bearer +(?<token>\S+) *$/i.exec(header ?? '')?.groups?.['token'];
  return token !== undefined && tokenPattern.test(token) ? token : undefined;
}

/** Whether two texts are equal, in a time that tells neither their length nor where they differ. */
export function isSameToken(shown: string, expected: string): boolean {
  return timingSafeEqual(digestOf(shown), digestOf(expected));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
