import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentPolicyEffective: Rule = {
  id: 'payment-policy-effective',
  why: 'it would hold for nobody, and the owner would believe that somebody may pay',
  check: ({ declaration: { payments } }) =>
    (payments?.policies ?? []).flatMap(({ name, people, groups }, i) =>
      people.length + groups.length > 0
        ? []
        : [aboutPayments(`policy ${name} names nobody`, 'write groups: [operator] or people: [anna]', 'policies', String(i))],
    ),
};
