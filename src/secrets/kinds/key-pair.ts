import { createECDH, createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type Parts, type SecretMaker, valueOf } from './maker.ts';

const generate = promisify(generateKeyPair);

/** PKCS #8 PEM as `value`, SPKI PEM as `public`. */
export function rsa(bits: number): SecretMaker {
  return {
    make: async () => ({ value: pem((await generate('rsa', { modulusLength: bits })).privateKey) }),
    check: (parts) => {
      const key = privateKeyIn(valueOf(parts));
      if (key?.asymmetricKeyType !== 'rsa') return 'it must be an RSA private key in PEM form';
      const found = key.asymmetricKeyDetails?.modulusLength ?? 0;
      return found >= bits ? undefined : `its RSA key has ${found} bits, and ${bits} are asked for`;
    },
    derived: { names: ['public'], compute: publicPem },
  };
}

/** What signs the mail of a domain: RSA of 2048 bits in PKCS #8 PEM as `value`, its record for DNS (RFC 6376, section 3.6.1) as `record`. */
export function dkim(): SecretMaker {
  const recordOf = (key: string): string =>
    `v=DKIM1; k=rsa; p=${createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')}`;
  return { ...rsa(2048), derived: { names: ['record'], compute: async (parts) => ({ record: recordOf(valueOf(parts)) }) } };
}

/** PKCS #8 PEM as `value`, SPKI PEM as `public`. */
export function ed25519(): SecretMaker {
  return {
    make: async () => ({ value: pem((await generate('ed25519')).privateKey) }),
    check: (parts) =>
      privateKeyIn(valueOf(parts))?.asymmetricKeyType === 'ed25519' ? undefined : 'it must be an Ed25519 private key in PEM form',
    derived: { names: ['public'], compute: publicPem },
  };
}

/** The P-256 pair of Web Push (RFC 8292): the 32-byte scalar as `value`, the 65-byte point as `public`, both base64url. */
export function vapid(): SecretMaker {
  return {
    make: async () => {
      const { d = '' } = (await generate('ec', { namedCurve: 'P-256' })).privateKey.export({ format: 'jwk' });
      return { value: d };
    },
    check: (parts) =>
      /^[\w-]{43}$/.test(valueOf(parts)) && pointOf(valueOf(parts)) ? undefined : 'it must be a P-256 private key: 32 bytes in base64url',
    derived: { names: ['public'], compute: async (parts) => ({ public: pointOf(valueOf(parts)) ?? '' }) },
  };
}

/** A private JWK set with one RS256 key as `value`, its public half as `public`; the key id is the RFC 7638 thumbprint. */
export function jwks(): SecretMaker {
  return {
    make: async () => {
      const { n = '', e = '', ...rest } = (await generate('rsa', { modulusLength: 2048 })).privateKey.export({ format: 'jwk' });
      const kid = createHash('sha256')
        .update(JSON.stringify({ e, kty: 'RSA', n }))
        .digest('base64url');
      return { value: JSON.stringify({ keys: [{ ...rest, n, e, kid, use: 'sig', alg: 'RS256' }] }) };
    },
    check: (parts) => (publicSetOf(valueOf(parts)) ? undefined : 'it must be a JSON Web Key Set of private keys'),
    derived: { names: ['public'], compute: async (parts) => ({ public: publicSetOf(valueOf(parts)) ?? '' }) },
  };
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function publicPem(parts: Parts): Promise<Parts> {
  return { public: createPublicKey(valueOf(parts)).export({ type: 'spki', format: 'pem' }).toString() };
}

function privateKeyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

function pointOf(scalar: string): string | undefined {
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(Buffer.from(scalar, 'base64url'));
    return pair.getPublicKey('base64url');
  } catch {
    return undefined;
  }
}

function publicSetOf(text: string): string | undefined {
  try {
    const set = JSON.parse(text) as { keys?: readonly Record<string, unknown>[] };
    if (!Array.isArray(set.keys) || set.keys.length === 0) return undefined;
    return JSON.stringify({
      keys: set.keys.map((key) => ({ ...createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' }), ...labelsOf(key) })),
    });
  } catch {
    return undefined;
  }
}

function labelsOf({ kid, use, alg }: Record<string, unknown>): Record<string, unknown> {
  return { ...(kid === undefined ? {} : { kid }), ...(use === undefined ? {} : { use }), ...(alg === undefined ? {} : { alg }) };
}
