import { groupsOf } from '../access.ts';
import { listWords, nearest } from '../nearest.ts';
import type { ResolvedStack } from '../stack.ts';
import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

/** Who can be meant, and what is to be said of a group that cannot. */
interface Entrance {
  readonly groups: readonly string[];
  readonly shut: string;
  readonly open: (group: string) => string;
}

/** Whoever asks for a transfer signs in where it is decided; the cluster's groups stand for that where nothing says who may. */
function entranceOf(stack: ResolvedStack): Entrance {
  const deciding = withoutWorkers(stack).filter(
    (one) => one.grants.some(({ kind }) => kind === 'evm-policies') && groupsOf(one).length > 0,
  );
  const [first] = deciding;
  if (!first) {
    return {
      groups: stack.groups,
      shut: 'which no service of this cluster lets in',
      open: (group) => `let the group in at a service, as in services.tx-gateway.groups: [operator, ${group}]`,
    };
  }
  return {
    groups: [...new Set(deciding.flatMap(groupsOf))].toSorted(),
    shut: `which may not sign in at ${listWords(
      deciding.map(({ name }) => name),
      'or',
    )}`,
    open: (group) => `let the group in there with services.${first.name}.groups: [${[...groupsOf(first), group].join(', ')}]`,
  };
}

export const paymentGroupKnown: Rule = {
  id: 'payment-group-known',
  findsAbsence: true,
  why: 'nobody of a group that is misspelt, or may not sign in, could pay, or stop what is paid',
  check: (stack) => {
    const { payments } = stack.declaration;
    if (!payments) return [];
    const { groups, shut, open } = entranceOf(stack);
    return [
      ...payments.policies.flatMap((policy, i) =>
        policy.groups.map((group, j) => ({
          group,
          what: `policy ${policy.name} is for`,
          below: ['policies', String(i), 'groups', String(j)],
        })),
      ),
      ...payments.admins.map((group, i) => ({ group, what: 'administrators are in', below: ['admins', String(i)] })),
    ]
      .filter(({ group }) => !groups.includes(group))
      .map(({ group, what, below }) => {
        const meant = nearest(group, groups);
        const fix = meant === undefined ? `write ${listWords(groups, 'or')}; or ${open(group)}` : `write ${meant}`;
        return aboutPayments(`${what} the group ${group}, ${shut}`, fix, ...below);
      });
  },
};
