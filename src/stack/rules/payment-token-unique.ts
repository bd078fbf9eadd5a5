import { repeated } from './payment-allowances.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentTokenUnique: Rule = {
  id: 'payment-token-unique',
  why: 'what is asked for by that name could be paid in the wrong token',
  check: ({ declaration: { payments } }) =>
    repeated(payments?.tokens ?? [], ({ id, chain }) => `${id} ${chain}`).map(({ item: { id, chain }, index }) =>
      aboutPayments(`a token above is called ${id} on chain ${chain} too`, 'give one of them another id', 'tokens', String(index), 'id'),
    ),
};
