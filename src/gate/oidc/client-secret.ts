import { createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ProviderAway } from './away.ts';

const derive = promisify(pbkdf2);

/** Guesses that wait for their turn at one time; each costs a tenth of a second of one core. */
const mostWaiting = 20;

/** Checks what clients send as their secret against the digests of the configuration. */
export interface ClientSecrets {
  /** Throws {@link ProviderAway} while too many others wait. */
  matches(clientId: string, digest: string, given: string): Promise<boolean>;
}

/**
 * Every wrong secret costs the whole derivation, one after the other, so that guessing neither gets cheap nor takes the cores. A right
 * one is remembered as a digest under a key of this process, so that an app that refreshes often waits behind nobody's guesses.
 */
export function createClientSecrets(): ClientSecrets {
  const key = randomBytes(32);
  const known = new Map<string, Buffer>();
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function inTurn(digest: string, given: string): Promise<boolean> {
    if (waiting >= mostWaiting) throw new ProviderAway('too many clients ask at once');
    waiting++;
    const answer = turn.then(() => matchesDigest(digest, given));
    turn = answer.catch(() => undefined);
    try {
      return await answer;
    } finally {
      waiting--;
    }
  }

  return {
    async matches(clientId, digest, given) {
      const print = createHmac('sha256', key).update(`${digest}\n${given}`).digest();
      const right = known.get(clientId);
      if (right && timingSafeEqual(right, print)) return true;
      if (!(await inTurn(digest, given))) return false;
      known.set(clientId, print);
      return true;
    },
  };
}

/** `$pbkdf2-sha512$rounds$salt$key` in the adapted base64 of passlib and go-crypt: '.' for '+', no padding. */
async function matchesDigest(digest: string, given: string): Promise<boolean> {
  const [, kind, rounds, salt = '', key = ''] = digest.split('$');
  const expected = bytesOf(key);
  if (kind !== 'pbkdf2-sha512' || expected.length !== 64) return false;
  return timingSafeEqual(await derive(given, bytesOf(salt), Number(rounds), expected.length, 'sha512'), expected);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}
