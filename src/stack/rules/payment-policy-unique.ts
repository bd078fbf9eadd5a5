import { repeated } from './payment-allowances.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentPolicyUnique: Rule = {
  id: 'payment-policy-unique',
  why: 'what was decided is written down under the name of its policy, and nobody could tell later which one that was',
  check: ({ declaration: { payments } }) =>
    repeated(payments?.policies ?? [], ({ name }) => name).map(({ item: { name }, index }) =>
      aboutPayments(`a policy above is called ${name} too`, 'give one of them another name', 'policies', String(index), 'name'),
    ),
};
