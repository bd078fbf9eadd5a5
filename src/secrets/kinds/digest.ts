import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { argon2idAsync } from '@noble/hashes/argon2.js';
import { hash as bcrypt } from 'bcryptjs';
import { type SecretMaker, valueOf } from './maker.ts';
import { alphanumeric, password } from './random.ts';

const derive = promisify(pbkdf2);

/** A client's secret as `value`; as `digest` what a sign-on server's configuration holds in its place. */
export function oidcClient(): SecretMaker {
  return {
    make: async () => ({ value: alphanumeric(64) }),
    check: password().check,
    derived: { names: ['digest'], compute: async (parts) => ({ digest: await pbkdf2Digest(valueOf(parts)) }) },
  };
}

/** A password as `value`; as `digest` the whole line of an htpasswd file, `user:$2y$…`. */
export function htpasswd(user: string): SecretMaker {
  return {
    make: async () => ({ value: alphanumeric(32) }),
    check: password().check,
    derived: {
      names: ['digest'],
      about: user,
      // $2y$ is the same algorithm as $2b$, under the only name that Apache's own tools know.
      compute: async (parts) => ({ digest: `${user}:${(await bcrypt(valueOf(parts), 10)).replace(/^\$2b\$/, '$2y$')}` }),
    },
  };
}

/** A password as `value`; as `digest` an OpenLDAP userPassword of scheme {ARGON2}, which needs slapd's argon2 module. */
export function ldapPassword(): SecretMaker {
  return {
    make: async () => ({ value: alphanumeric(32) }),
    check: password().check,
    derived: { names: ['digest'], compute: async (parts) => ({ digest: `{ARGON2}${await argon2Digest(valueOf(parts))}` }) },
  };
}

/** `$pbkdf2-sha512$310000$salt$key` in the adapted base64 of Authelia (go-crypt): '.' for '+', no padding. */
async function pbkdf2Digest(value: string): Promise<string> {
  const iterations = 310_000;
  const salt = randomBytes(16);
  const key = await derive(value, salt, iterations, 64, 'sha512');
  return ['', 'pbkdf2-sha512', iterations, ...[salt, key].map((bytes) => unpadded(bytes).replaceAll('+', '.'))].join('$');
}

/** The PHC form, with OWASP's least memory, so that a directory in a small container can check many at once. */
async function argon2Digest(value: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await argon2idAsync(value, salt, { m: 19_456, t: 2, p: 1, dkLen: 32 });
  return `$argon2id$v=19$m=19456,t=2,p=1$${unpadded(salt)}$${unpadded(key)}`;
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
