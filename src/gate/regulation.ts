import { createHmac } from 'node:crypto';
import type { GateConfig } from './config.ts';
import { addressHolder } from './networks.ts';
import type { Store } from './store.ts';

/** May this attempt go on to the directory, or must the person wait? */
type Permit = { readonly kind: 'go' } | { readonly kind: 'wait'; readonly waitMs: number };

/**
 * Counts failed sign-ins by user name and by address. An attempt is counted before the password is looked at, so a
 * thousand at once get no more guesses than a thousand in a row. Names that do not exist are counted like those that
 * do. Sessions are not touched: who is signed in stays signed in while somebody else guesses at his name.
 */
export interface Regulation {
  admit(username: string, address: string): Promise<Permit>;
  /** Forgets the failures of a name after the right password, and takes back this attempt from its address. */
  succeeded(username: string, address: string): Promise<void>;
  /** Takes back an attempt that nobody could judge. */
  withdrawn(username: string, address: string): Promise<void>;
}

/** An address may stand for a whole household or school, so it has this many times the guesses of one name. */
const guessesPerAddress = 10;

interface Counter {
  readonly key: string;
  readonly most: number;
}

export function createRegulation(store: Store, settings: GateConfig['regulation'], secret: string): Regulation {
  const modes = settings.modes ?? ['user', 'ip'];

  function userCounter(username: string): Counter {
    return { key: digest('user', sameName(username)), most: settings.max_retries };
  }

  function addressCounter(address: string): Counter {
    return { key: digest('ip', addressHolder(address)), most: settings.max_retries * guessesPerAddress };
  }

  function digest(kind: string, value: string): string {
    return `${kind}:${createHmac('sha256', secret).update(`${kind}:${value}`).digest('base64url')}`;
  }

  async function admitOne({ key, most }: Counter): Promise<number> {
    const ban = await store.get(`ban:${key}`);
    if (ban) return ban.remainsMs;
    const count = await store.add(`tries:${key}`, 1, settings.find_time);
    if (count <= most) return 0;
    await store.set(`ban:${key}`, '1', settings.ban_time);
    return settings.ban_time;
  }

  function countersOf(username: string, address: string): Counter[] {
    if (settings.max_retries === 0) return [];
    return [...(modes.includes('user') ? [userCounter(username)] : []), ...(modes.includes('ip') ? [addressCounter(address)] : [])];
  }

  async function takeBack(counters: readonly Counter[]): Promise<void> {
    for (const { key } of counters) {
      if ((await store.add(`tries:${key}`, -1, settings.find_time)) <= 0) await store.remove(`tries:${key}`);
    }
  }

  return {
    async admit(username, address) {
      let waitMs = 0;
      for (const counter of countersOf(username, address)) waitMs = Math.max(waitMs, await admitOne(counter));
      return waitMs > 0 ? { kind: 'wait', waitMs } : { kind: 'go' };
    },
    async succeeded(username, address) {
      if (settings.max_retries === 0) return;
      await store.remove(`tries:${userCounter(username).key}`);
      if (modes.includes('ip')) await takeBack([addressCounter(address)]);
    },
    async withdrawn(username, address) {
      await takeBack(countersOf(username, address));
    },
  };
}

/** One name for all the spellings that a directory takes for the same. */
function sameName(username: string): string {
  return username.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
}
