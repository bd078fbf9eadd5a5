import { repeated } from './payment-allowances.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentAllowanceUnique: Rule = {
  id: 'payment-allowance-unique',
  why: 'only the first of them would hold, and the owner would believe in the limits of the other',
  check: ({ declaration: { payments } }) =>
    (payments?.policies ?? []).flatMap(({ name, allow }, i) =>
      repeated(allow, ({ chain, token }) => `${token} ${chain}`).map(({ item: { chain, token }, index }) =>
        aboutPayments(
          `policy ${name} allows ${token} on chain ${chain} twice`,
          'keep the one whose limits are meant',
          'policies',
          String(i),
          'allow',
          String(index),
        ),
      ),
    ),
};
