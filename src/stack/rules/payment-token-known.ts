import { listWords, nearest } from '../nearest.ts';
import { allowancesOf } from './payment-allowances.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentTokenKnown: Rule = {
  id: 'payment-token-known',
  why: 'nobody could transfer it, although the policy seems to let them',
  check: ({ declaration: { payments } }) =>
    payments === undefined
      ? []
      : allowancesOf(payments).flatMap(({ policy, allowance: { chain, token }, below }) => {
          const ids = payments.tokens.filter((one) => one.chain === chain).map(({ id }) => id);
          const isOfAChain = Object.values(payments.chains).some(({ id }) => id === chain);
          if (!isOfAChain || ids.includes(token)) return [];
          const meant = nearest(token, ids);
          const there = ids.length === 0 ? 'that chain has no token' : `its tokens are ${listWords(ids)}`;
          const fix = meant === undefined ? `name it under payments.tokens with chain: ${chain}` : `write ${meant}`;
          return [aboutPayments(`policy ${policy.name} allows ${token} on chain ${chain}, and ${there}`, fix, ...below, 'token')];
        }),
};
