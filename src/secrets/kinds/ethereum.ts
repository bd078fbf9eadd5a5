import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  randomBytes,
  randomUUID,
  scrypt,
  type ScryptOptions,
  timingSafeEqual,
} from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { withChecksum } from '../../contracts/evm-address.ts';
import { type SecretMaker, valueOf } from './maker.ts';
import { alphanumeric } from './random.ts';

/** go-ethereum's light cost: the passphrase is 32 random characters, so a higher one would guard nothing and cost 256 MiB. */
const cost = { n: 4096, r: 8, p: 6, dklen: 32 };

interface Keystore {
  readonly version: 3;
  readonly id: string;
  readonly address: string;
  readonly crypto: {
    readonly cipher: string;
    readonly ciphertext: string;
    readonly cipherparams: { readonly iv: string };
    readonly kdf: string;
    readonly kdfparams: typeof cost & { readonly salt: string };
    readonly mac: string;
  };
}

/** A Web3 Secret Storage v3 file as `value`, what opens it as `passphrase`, the EIP-55 address as `public`. */
export function ethereum(): SecretMaker {
  return {
    make: async () => {
      const pair = createECDH('secp256k1');
      const point = pair.generateKeys();
      const passphrase = alphanumeric(32);
      return { value: JSON.stringify(await sealKeystore(leftPadded(pair.getPrivateKey()), point, passphrase)), passphrase };
    },
    check: (parts) =>
      parts['passphrase'] && keystoreIn(valueOf(parts))
        ? undefined
        : 'it must be an Ethereum keystore of version 3 (scrypt) with its passphrase',
    derived: { names: ['public'], compute: async (parts) => ({ public: withChecksum(`0x${keystoreIn(valueOf(parts))?.address ?? ''}`) }) },
  };
}

/** The 32-byte private key, or undefined where the passphrase does not open the keystore. */
export async function openKeystore(text: string, passphrase: string): Promise<Buffer | undefined> {
  const keystore = keystoreIn(text);
  if (!keystore) return undefined;
  const { kdfparams, ciphertext, cipherparams, mac } = keystore.crypto;
  const key = await stretched(passphrase, Buffer.from(kdfparams.salt, 'hex'), kdfparams);
  const sealed = Buffer.from(ciphertext, 'hex');
  const expected = Buffer.from(mac, 'hex');
  const found = keccak_256(Buffer.concat([key.subarray(16, 32), sealed]));
  if (expected.length !== found.length || !timingSafeEqual(expected, found)) return undefined;
  const decipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), Buffer.from(cipherparams.iv, 'hex'));
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}

/** https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage */
async function sealKeystore(privateKey: Buffer, point: Buffer, passphrase: string): Promise<Keystore> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const key = await stretched(passphrase, salt, cost);
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), iv);
  const sealed = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  return {
    version: 3,
    id: randomUUID(),
    address: hexOf(keccak_256(point.subarray(1)).subarray(12)),
    crypto: {
      cipher: 'aes-128-ctr',
      ciphertext: sealed.toString('hex'),
      cipherparams: { iv: iv.toString('hex') },
      kdf: 'scrypt',
      kdfparams: { ...cost, salt: salt.toString('hex') },
      mac: hexOf(keccak_256(Buffer.concat([key.subarray(16, 32), sealed]))),
    },
  };
}

function stretched(passphrase: string, salt: Buffer, { n, r, p, dklen }: typeof cost): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: 256 * r * (n + p + 8) };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, dklen, options, (cause, key) => (cause ? reject(cause) : resolve(key)));
  });
}

function keystoreIn(text: string): Keystore | undefined {
  try {
    const found = JSON.parse(text) as Partial<Keystore> | null;
    const fits =
      found?.version === 3 &&
      found.crypto?.kdf === 'scrypt' &&
      found.crypto.cipher === 'aes-128-ctr' &&
      /^[0-9a-f]{40}$/i.test(found.address ?? '');
    return fits ? (found as Keystore) : undefined;
  } catch {
    return undefined;
  }
}

function leftPadded(key: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(32 - key.length), key]);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
