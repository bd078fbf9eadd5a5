import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { type SecretMaker, valueOf } from './maker.ts';

const generate = promisify(generateKeyPair);
const magic = 'openssh-key-v1\0';

/** An age identity as `value`, its recipient as `public`. */
export function age(): SecretMaker {
  return {
    make: async () => ({ value: await generateX25519Identity() }),
    check: (parts) => (/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(valueOf(parts)) ? undefined : 'it must be an age identity: AGE-SECRET-KEY-1…'),
    derived: { names: ['public'], compute: async (parts) => ({ public: await identityToRecipient(valueOf(parts)) }) },
  };
}

/** An Ed25519 key in OpenSSH's own file format as `value`, its authorized_keys line as `public`. */
export function ssh(): SecretMaker {
  return {
    make: async () => {
      const { d = '', x = '' } = (await generate('ed25519')).privateKey.export({ format: 'jwk' });
      return { value: opensshKey(Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')) };
    },
    check: (parts) => (publicBlobOf(valueOf(parts)) ? undefined : 'it must be a private key in OpenSSH form without a passphrase'),
    derived: { names: ['public'], compute: async (parts) => ({ public: authorizedKey(publicBlobOf(valueOf(parts)) ?? Buffer.alloc(0)) }) },
  };
}

/** https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key */
function opensshKey(seed: Buffer, point: Buffer): string {
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(point)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, publicBlob, field(Buffer.concat([seed, point])), field('datamancy')]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1));
  const blob = Buffer.concat([
    Buffer.from(magic),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function publicBlobOf(text: string): Buffer | undefined {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/.exec(text)?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  const start = Buffer.concat([Buffer.from(magic), field('none'), field('none'), field(''), Buffer.from([0, 0, 0, 1])]);
  if (bytes.length < start.length + 4 || !bytes.subarray(0, start.length).equals(start)) return undefined;
  const blob = bytes.subarray(start.length + 4, start.length + 4 + bytes.readUInt32BE(start.length));
  return blob.length > 4 && blob.length < bytes.length - start.length - 4 ? blob : undefined;
}

function authorizedKey(blob: Buffer): string {
  const type = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1') : '';
  return `${type} ${blob.toString('base64')} datamancy`;
}
