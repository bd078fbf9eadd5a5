import { createPrivateKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { type SecretMaker, valueOf } from './maker.ts';

const generate = promisify(generateKeyPair);

/**
 * A certificate authority for the names of one domain: its P-256 key as `value` (PKCS #8 PEM), its root certificate as `certificate`
 * (PEM). Another domain or name gets another certificate for the same key.
 */
export function authority(name: string, domain: string): SecretMaker {
  return {
    make: async () => {
      const { privateKey } = await generate('ec', { namedCurve: 'P-256' });
      return { value: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
    check: (parts) => (isP256Key(valueOf(parts)) ? undefined : 'it must be a P-256 private key in PEM form'),
    derived: {
      names: ['certificate'],
      about: `${name} ${domain}`,
      // Loaded only where a certificate is made, which few commands do.
      compute: async (parts) => {
        const { rootCertificate } = await import('./root-certificate.ts');
        return { certificate: await rootCertificate(valueOf(parts), name, domain) };
      },
    },
  };
}

function isP256Key(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
