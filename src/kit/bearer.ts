import { createHash, timingSafeEqual } from 'node:crypto';

/** What follows `Bearer ` in an Authorization header; undefined where it holds none. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(?<token>[\w.~+/=-]{1,8192}) *$/i.exec(header ?? '')?.groups?.['token'];
}

/** Whether two texts are equal, in a time that tells neither their length nor where they differ. */
export function isSameToken(shown: string, expected: string): boolean {
  return timingSafeEqual(digestOf(shown), digestOf(expected));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
