import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

export const paymentProviderExists: Rule = {
  id: 'payment-provider-exists',
  findsAbsence: true,
  why: 'the owner would believe that something is paid, and there would be nothing that pays',
  check: ({ declaration: { payments }, grants }, { catalog }) => {
    if (!payments) return [];
    const { chains, tokens, policies } = payments;
    return [
      { kind: 'evm-chains', key: 'chains', isSaid: Object.keys(chains).length > 0, does: 'pays on chains' },
      { kind: 'evm-policies', key: 'policies', isSaid: policies.length > 0, does: 'decides about transfers' },
      { kind: 'evm-policies', key: 'tokens', isSaid: policies.length === 0 && tokens.length > 0, does: 'decides about transfers' },
    ]
      .filter(({ kind, isSaid }) => isSaid && !grants.some((grant) => grant.kind === kind))
      .map(({ kind, key, does }) => {
        const asking = Object.values(catalog).filter(({ needs = {} }) => Object.values(needs).some((need) => need.kind === kind));
        const names = asking.map(({ name }) => name).toSorted();
        const fix =
          names.length === 0 ? 'take payments out of cluster.yaml' : `add ${listWords(names, 'or')} under services:, or take payments out`;
        return aboutPayments(`no chosen service ${does}`, fix, key);
      });
  },
};
