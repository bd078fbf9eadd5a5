import { createHmac, hkdfSync, randomBytes } from 'node:crypto';

const codes = 10;

/** Below this many a person is told to make new ones. */
export const fewRecoveryCodes = 4;

/** Crockford's: no letter that looks like a digit. https://www.crockford.com/base32.html */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten new codes of 50 random bits, as people write them down. */
export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: codes }, () => {
    const letters = Array.from(randomBytes(10), (byte) => alphabet[byte % alphabet.length]).join('');
    return `${letters.slice(0, 5)}-${letters.slice(5)}`;
  });
}

/** What is kept of a code: worth nothing without the key, and for nobody else. Letters that look like digits are taken for them. */
export function digestRecoveryCode(encryptionKey: string, personId: string, code: string): string {
  const key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'recovery codes', 32));
  const plain = code
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1');
  return createHmac('sha256', key).update(`${personId}:${plain}`).digest('base64url');
}
