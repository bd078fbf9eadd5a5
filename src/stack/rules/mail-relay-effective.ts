import { providersOf } from './rule.ts';
import type { Rule } from './rule.ts';

export const mailRelayEffective: Rule = {
  id: 'mail-relay-effective',
  why: 'the owner would look for mail at a server that never gets any',
  check: (stack) => {
    const [provider] = providersOf('smtp', stack);
    if (!stack.declaration.mail || provider === undefined) return [];
    const message = `mail has no effect here: ${provider} takes the cluster’s mail`;
    return [{ where: 'mail', message, fix: `remove mail, and set the relay in ${provider}`, path: ['mail'] }];
  },
};
