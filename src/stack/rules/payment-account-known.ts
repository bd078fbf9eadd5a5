import { listWords, nearest } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentAccountKnown: Rule = {
  id: 'payment-account-known',
  why: 'each payment of that policy would be refused, after somebody was told that it is granted',
  check: ({ declaration: { payments } }) =>
    (payments?.policies ?? []).flatMap(({ name, account }, i) => {
      const accounts = payments?.accounts ?? [];
      if (accounts.includes(account)) return [];
      const meant = nearest(account, accounts);
      const isNone = accounts.length === 0;
      const there = isNone ? 'there is none' : `there is ${listWords(accounts)}`;
      const added = `add ${account} to payments.accounts${isNone ? '' : ', or name one of them'}`;
      const fix = meant === undefined ? added : `write ${meant}`;
      return [aboutPayments(`policy ${name} pays from account ${account}, and ${there}`, fix, 'policies', String(i), 'account')];
    }),
};
