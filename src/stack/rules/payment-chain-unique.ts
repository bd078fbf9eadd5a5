import { repeated } from './payment-allowances.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentChainUnique: Rule = {
  id: 'payment-chain-unique',
  why: 'two followers of one chain would give the same nonce to two payments, and one of them would be lost',
  check: ({ declaration: { payments } }) =>
    repeated(Object.entries(payments?.chains ?? {}), ([, { id }]) => String(id)).map(({ item: [name, { id }] }) =>
      aboutPayments(`chain ${id} is named above already`, 'write its RPCs under one name', 'chains', name, 'id'),
    ),
};
