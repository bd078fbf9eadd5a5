import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const rootHasReason: Rule = {
  id: 'root-has-reason',
  why: 'who breaks out of a container as root is root on the machine',
  check: ({ services }) =>
    services.flatMap(({ name, service: { user, allow } }) => {
      const isRoot = /^0+(?::|$)/.test(user);
      const hasReason = (allow?.root ?? '').trim() !== '';
      return isRoot && !hasReason
        ? [about(name, `it runs as root (user ${user}) without a reason`, 'run it as another user, or say why under allow.root')]
        : [];
    }),
};
