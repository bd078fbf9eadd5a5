import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { type SecretMaker, valueOf } from './maker.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits, each equally likely: safe without quotes in every URL, shell, YAML and SQL text. */
export function alphanumeric(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** Holds a capital, a small letter and a digit, because some programs refuse a password that does not. */
function passwordOf(length: number): string {
  for (;;) {
    const value = alphanumeric(length);
    if (length < 3 || (/[A-Z]/.test(value) && /[a-z]/.test(value) && /\d/.test(value))) return value;
  }
}

export function password(length = 32): SecretMaker {
  const least = Math.min(12, length);
  return {
    make: async () => ({ value: passwordOf(length) }),
    check: (parts) =>
      new RegExp(`^[A-Za-z0-9]{${least},}$`).test(valueOf(parts))
        ? undefined
        : `it must be ${least} or more letters A-Z, a-z and digits, nothing else`,
  };
}

export function hex(bytes: number): SecretMaker {
  return {
    make: async () => ({ value: randomBytes(bytes).toString('hex') }),
    check: (parts) =>
      new RegExp(`^(?:[0-9a-f]{2}){${bytes}}$`, 'i').test(valueOf(parts)) ? undefined : `it must be ${bytes * 2} hexadecimal digits`,
  };
}

export function base64url(bytes: number): SecretMaker {
  return {
    make: async () => ({ value: randomBytes(bytes).toString('base64url') }),
    check: (parts) => {
      const value = valueOf(parts);
      const decoded = Buffer.from(value, 'base64url');
      return decoded.length === bytes && decoded.toString('base64url') === value
        ? undefined
        : `it must be ${bytes} bytes in base64url without padding`;
    },
  };
}

export function uuid(): SecretMaker {
  return {
    make: async () => ({ value: randomUUID() }),
    check: (parts) => (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(valueOf(parts)) ? undefined : 'it must be a UUID'),
  };
}

/** The three keys of Rails' ActiveRecord encryption, as `bin/rails db:encryption:init` prints them: 32 letters and digits each. */
export function railsEncryption(): SecretMaker {
  const names = ['primary', 'deterministic', 'salt'];
  return {
    make: async () => Object.fromEntries(names.map((name) => [name, alphanumeric(32)])),
    check: (parts) => {
      const bad = names.filter((name) => (parts[name] ?? '').length < 32);
      return bad.length === 0 ? undefined : `its parts ${bad.join(', ')} must be 32 or more characters long`;
    },
  };
}

/** A value that only the owner has, such as the password of an outside mail server. */
export function supplied(): SecretMaker {
  return { check: (parts) => (valueOf(parts) === '' ? 'it has no value' : undefined) };
}
