import type { Directory, Person } from '../directory.ts';

/** A person with a password, as tests write him down. */
export interface Account extends Person {
  readonly password: string;
  /** When the password was last changed; never, where it is missing. */
  readonly changedAt?: string;
  readonly mustChange?: boolean;
}

/** What the directory's own policy asks for. */
const shortestPassword = 4;

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
      const account = find(username);
      if (password === '' || account?.password !== password) return { kind: 'refused', isKnown: password !== '' && account !== undefined };
      return { kind: account.mustChange === true ? 'must-change' : 'accepted', person: personOf(account) };
    },
    async lookUp(username, signal) {
      if (directory.isAway || signal.aborted) return away;
      const account = find(username);
      return account ? { kind: 'found', person: personOf(account) } : { kind: 'missing' };
    },
    async lookUpId(id, signal) {
      if (directory.isAway || signal.aborted) return away;
      const account = [...directory.accounts.values()].find((one) => one.id === id);
      return account ? { kind: 'found', person: personOf(account) } : { kind: 'missing' };
    },
    async passwordState(username, signal) {
      if (directory.isAway || signal.aborted) return away;
      const account = find(username);
      return account
        ? { kind: 'found', person: personOf(account), state: `${account.id} ${account.changedAt ?? ''}` }
        : { kind: 'missing' };
    },
    async setPassword(username, password, signal) {
      if (directory.isAway || signal.aborted) return away;
      const account = find(username);
      return account ? keep(account, password) : { kind: 'missing' };
    },
    async changePassword(username, former, password, signal) {
      if (directory.isAway || signal.aborted) return away;
      const account = find(username);
      return account && former !== '' && account.password === former ? keep(account, password) : { kind: 'missing' };
    },
  };

  function find(name: string): Account | undefined {
    const wanted = name.toLowerCase();
    return directory.accounts.get(wanted) ?? [...directory.accounts.values()].find(({ email }) => email !== '' && email === wanted);
  }

  function keep(account: Account, password: string) {
    if (password.length < shortestPassword) return { kind: 'refused', why: 'This password is too short. Choose a longer one.' } as const;
    directory.accounts.set(account.username, { ...account, password, changedAt: String(Date.now() + Math.random()), mustChange: false });
    return { kind: 'changed' } as const;
  }

  return directory;
}

function personOf({ id, username, displayName, email, groups }: Account): Person {
  return { id, username, displayName, email, groups };
}
