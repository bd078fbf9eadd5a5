import { createHmac } from 'node:crypto';
import type { GateConfig } from './config.ts';
import { addressHolder } from './networks.ts';
import type { Store } from './store.ts';

/** May this attempt go on to the directory, or must the person wait? */
type Permit = { readonly kind: 'go' } | { readonly kind: 'wait'; readonly waitMs: number };

/**
 * Counts failed attempts by user name and by address. An attempt is counted before the password is looked at, so a
 * thousand at once get no more guesses than a thousand in a row. Names that do not exist are counted like those that
 * do. Sessions are not touched: who is signed in stays signed in while somebody else guesses at his name.
 *
 * `known` names what vouches that the attempt is its owner's: a device he signed in from, or his session. Such attempts
 * have a counter of their own and no other, so strangers cannot lock him out, and a thief of it gets no more guesses than
 * that counter has. https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export interface Regulation {
  admit(username: string, address: string, known?: string): Promise<Permit>;
  /** Forgets the failures of a name after the right password, and takes back this attempt from its address. */
  succeeded(username: string, address: string, known?: string): Promise<void>;
  /** Takes back an attempt that nobody could judge. */
  withdrawn(username: string, address: string, known?: string): Promise<void>;
}

/** An address may stand for a whole household or school, so it has this many times the guesses of one name. */
const guessesPerAddress = 10;

/** How often somebody may ask for a link to choose a password: each one is a mail to its owner. */
export const resetLimits: GateConfig['regulation'] = { modes: ['user', 'ip'], max_retries: 3, find_time: 3_600_000, ban_time: 1_800_000 };

interface Counter {
  readonly key: string;
  readonly most: number;
}

/** `purpose` keeps the counters of one kind of attempt apart from those of another. */
export function createRegulation(store: Store, settings: GateConfig['regulation'], secret: string, purpose = ''): Regulation {
  const modes = settings.modes ?? ['user', 'ip'];

  function userCounter(username: string): Counter {
    return { key: digest('user', sameName(username)), most: settings.max_retries };
  }

  function addressCounter(address: string): Counter {
    return { key: digest('ip', addressHolder(address)), most: settings.max_retries * guessesPerAddress };
  }

  function knownCounter(known: string): Counter {
    return { key: digest('known', known), most: settings.max_retries };
  }

  function digest(kind: string, value: string): string {
    return `${purpose}${kind}:${createHmac('sha256', secret).update(`${kind}:${value}`).digest('base64url')}`;
  }

  async function admitOne({ key, most }: Counter): Promise<number> {
    const ban = await store.get(`ban:${key}`);
    if (ban) return ban.remainsMs;
    const count = await store.add(`tries:${key}`, 1, settings.find_time);
    if (count <= most) return 0;
    await store.set(`ban:${key}`, '1', settings.ban_time);
    return settings.ban_time;
  }

  function countersOf(username: string, address: string, known: string | undefined): Counter[] {
    if (settings.max_retries === 0) return [];
    if (known !== undefined) return [knownCounter(known)];
    return [...(modes.includes('user') ? [userCounter(username)] : []), ...(modes.includes('ip') ? [addressCounter(address)] : [])];
  }

  async function takeBack(counters: readonly Counter[]): Promise<void> {
    for (const { key } of counters) {
      if ((await store.add(`tries:${key}`, -1, settings.find_time)) <= 0) await store.remove(`tries:${key}`);
    }
  }

  return {
    async admit(username, address, known) {
      let waitMs = 0;
      for (const counter of countersOf(username, address, known)) waitMs = Math.max(waitMs, await admitOne(counter));
      return waitMs > 0 ? { kind: 'wait', waitMs } : { kind: 'go' };
    },
    async succeeded(username, address, known) {
      if (settings.max_retries === 0) return;
      await store.remove(`tries:${(known === undefined ? userCounter(username) : knownCounter(known)).key}`);
      if (known === undefined && modes.includes('ip')) await takeBack([addressCounter(address)]);
    },
    async withdrawn(username, address, known) {
      await takeBack(countersOf(username, address, known));
    },
  };
}

/** One name for all the spellings that a directory takes for the same. */
export function sameName(username: string): string {
  return username.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
}
