import { createPrivateKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { type Parts, type SecretMaker, valueOf } from './maker.ts';

const generate = promisify(generateKeyPair);
const bits = 2048;

/**
 * Three RSA keys in PKCS #8 PEM: what signs as `value`, what signed before as `former`, what will sign as `next`. All three are
 * published, so that a token outlives a rotation, and whoever keeps a copy of the keys knows the new one before it signs.
 */
export function signingKeys(): SecretMaker {
  return {
    make: async () => ({ value: await privateKey() }),
    check: (parts) => {
      const bad = ['value', 'former', 'next'].filter(
        (name) => (name === 'value' || parts[name] !== undefined) && !isRsaKey(parts[name] ?? ''),
      );
      return bad.length === 0 ? undefined : `its ${bad.join(', ')} must be an RSA private key of ${bits} bits or more in PEM form`;
    },
    // The two beside the value follow from nothing: they are made where they are missing, and stay.
    derived: {
      names: ['former', 'next'],
      compute: async (parts) => ({ former: parts['former'] ?? (await privateKey()), next: parts['next'] ?? (await privateKey()) }),
    },
    rotate: async (parts: Parts) => ({ value: parts['next'] ?? (await privateKey()), former: valueOf(parts), next: await privateKey() }),
  };
}

async function privateKey(): Promise<string> {
  const { privateKey: key } = await generate('rsa', { modulusLength: bits });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function isRsaKey(text: string): boolean {
  try {
    const key = createPrivateKey(text);
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= bits;
  } catch {
    return false;
  }
}
