import { createPrivateKey, generateKeyPair, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { type Parts, type SecretMaker, valueOf } from './maker.ts';

const generate = promisify(generateKeyPair);
const halfYearMs = 183 * 24 * 3_600_000;

/**
 * A certificate authority for the names of one domain: its P-256 key as `value` (PKCS #8 PEM), its root certificate as `certificate`
 * (PEM). Another domain or name gets another certificate for the same key.
 */
export function authority(name: string, domain: string): SecretMaker {
  return {
    make: newKey,
    check: checkKey,
    derived: {
      names: ['certificate'],
      about: `${name} ${domain}`,
      // Loaded only where a certificate is made, which few commands do.
      compute: async (parts) => {
        const { rootCertificate } = await import('./certificates.ts');
        return { certificate: await rootCertificate(valueOf(parts), name, domain) };
      },
    },
  };
}

/**
 * A server's P-256 key as `value` (PKCS #8 PEM), and its certificate for one host, signed by the authority, as `certificate` (PEM):
 * signed anew once less than half a year of its two is left, and for another host or authority.
 */
export function certificate(host: string, signer: Parts): SecretMaker {
  return {
    make: newKey,
    check: checkKey,
    derived: {
      names: ['certificate'],
      about: `${host} ${signer['certificate'] ?? ''}`,
      isDue: (parts) => Date.parse(new X509Certificate(parts['certificate'] ?? '').validTo) - Date.now() < halfYearMs,
      compute: async (parts) => {
        const { serverCertificate } = await import('./certificates.ts');
        return { certificate: await serverCertificate(valueOf(parts), host, signer) };
      },
    },
    rotate: newKey,
  };
}

async function newKey(): Promise<Parts> {
  const { privateKey } = await generate('ec', { namedCurve: 'P-256' });
  return { value: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function checkKey(parts: Parts): string | undefined {
  return isP256Key(valueOf(parts)) ? undefined : 'it must be a P-256 private key in PEM form';
}

function isP256Key(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
