import type { Service } from '../../service/index.ts';
import { groupBy } from '../group-by.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const volumeSingleOwner: Rule = {
  id: 'volume-single-owner',
  why: 'what one of them writes the other may not read, and it fails with "permission denied"',
  check: ({ services }) =>
    [...groupBy(services, ({ family }) => family).values()].flatMap(([main, ...workers]) => {
      if (!main) return [];
      return workers
        .filter(({ service }) => sharesVolumes(service) && areStrangers(main.service.user, service.user))
        .map(({ name, service }) =>
          about(
            name,
            `it shares the volumes of ${main.name} as user ${service.user}, and these belong to ${main.service.user}`,
            'run both as one user or group, or leave volumes out of what it shares',
          ),
        );
    }),
};

function sharesVolumes({ volumes = {} }: Service): boolean {
  return Object.values(volumes).some(({ only }) => only === undefined);
}

/** Root reads everything, and a common group is enough. */
function areStrangers(one: string, other: string): boolean {
  const [user, group] = one.split(':');
  const [otherUser, otherGroup] = other.split(':');
  return user !== '0' && otherUser !== '0' && user !== otherUser && group !== otherGroup;
}
