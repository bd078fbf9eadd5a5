import type { Directory, Person } from '../directory.ts';

/** A person with a password, as tests write him down. */
export interface Account extends Person {
  readonly password: string;
}

/** A directory in memory. It can be taken away, and people can be changed while it runs. */
export interface MemoryDirectory extends Directory {
  readonly accounts: Map<string, Account>;
  isAway: boolean;
}

export function createMemoryDirectory(accounts: readonly Account[]): MemoryDirectory {
  const away = { kind: 'unavailable', reason: 'taken away by the test' } as const;
  const directory: MemoryDirectory = {
    accounts: new Map(accounts.map((account) => [account.username, account])),
    isAway: false,
    async signIn(username, password, signal) {
      if (directory.isAway || signal.aborted) return away;
      const account = directory.accounts.get(username.toLowerCase());
      return account && password !== '' && account.password === password
        ? { kind: 'accepted', person: personOf(account) }
        : { kind: 'refused' };
    },
    async lookUp(username, signal) {
      if (directory.isAway || signal.aborted) return away;
      const account = directory.accounts.get(username.toLowerCase());
      return account ? { kind: 'found', person: personOf(account) } : { kind: 'missing' };
    },
  };
  return directory;
}

function personOf({ username, displayName, email, groups }: Account): Person {
  return { username, displayName, email, groups };
}
