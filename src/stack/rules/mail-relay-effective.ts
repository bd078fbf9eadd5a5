import { providersOf } from './rule.ts';
import type { Rule } from './rule.ts';

export const mailRelayEffective: Rule = {
  id: 'mail-relay-effective',
  why: 'the owner would look for mail at a server that never gets any',
  findsAbsence: true,
  check: (stack) => {
    const { mail } = stack.declaration;
    if (!mail) return [];
    const [provider] = providersOf('smtp', stack);
    if (provider === undefined && mail.authority !== undefined) {
      const message = 'its authority has no effect here: services that mail by a server outside trust public authorities alone';
      const fix = 'leave authority out; or add a mail server, which knows the authority: datamancy add mailserver';
      return [{ where: 'mail', message, fix, path: ['mail', 'authority'] }];
    }
    if (provider === undefined || stack.grants.some(({ kind, client }) => kind === 'relay' && client === provider)) return [];
    const message = `mail has no effect here: ${provider} takes the cluster’s mail and asks for no relay`;
    const fix = `take the whole of mail out of cluster.yaml, and ${provider} sends by itself; or let ${provider} ask for optional(relay())`;
    return [{ where: 'mail', message, fix, path: ['mail'] }];
  },
};
