import type { Account } from './memory-directory.ts';

export const alice: Account = {
  username: 'alice',
  displayName: 'Alice Žižková',
  email: 'alice@example.org',
  groups: ['admin', 'viewer'],
  password: 'correct horse (battery) *staple\\',
};

export const bob: Account = {
  username: 'bob',
  displayName: 'Bob',
  email: 'bob@example.org',
  groups: ['viewer'],
  password: 'bob has a password',
};
