import { listWords } from '../nearest.ts';
import { allowancesOf } from './payment-allowances.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentChainKnown: Rule = {
  id: 'payment-chain-known',
  why: 'each payment on that chain would be refused, after somebody was told that it is granted',
  check: ({ declaration: { payments } }) => {
    if (!payments) return [];
    const ids = Object.values(payments.chains).map(({ id }) => id);
    const there =
      ids.length === 0
        ? 'no chain is named'
        : `the chains are ${listWords(Object.entries(payments.chains).map(([name, { id }]) => `${id} (${name})`))}`;
    const fix = 'name it with its RPCs under payments.chains, or write the id of one that is there';
    return [
      ...payments.tokens.map(({ id, chain }, i) => ({ chain, what: `token ${id} is`, below: ['tokens', String(i)] })),
      ...allowancesOf(payments).map(({ policy, allowance: { chain }, below }) => ({
        chain,
        what: `policy ${policy.name} allows transfers`,
        below,
      })),
    ]
      .filter(({ chain }) => !ids.includes(chain))
      .map(({ chain, what, below }) => aboutPayments(`${what} on chain ${chain}, and ${there}`, fix, ...below, 'chain'));
  },
};
