import type { Account } from './memory-directory.ts';

export const alice: Account = {
  id: '0b8b5e1c-7d1f-4f2c-9a53-5f5c0a1d7a11',
  username: 'alice',
  displayName: 'Alice Žižková',
  email: 'alice@example.org',
  groups: ['admin', 'viewer'],
  password: 'correct horse (battery) *staple\\',
};

export const bob: Account = {
  id: '5ad0a1f3-4c0e-4e0d-8f0b-2f6f7f1c9b22',
  username: 'bob',
  displayName: 'Bob',
  email: 'bob@example.org',
  groups: ['viewer'],
  password: 'bob has a password',
};
