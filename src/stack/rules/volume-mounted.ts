import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const volumeMounted: Rule = {
  id: 'volume-mounted',
  why: 'what belongs there is written into the container and gone with it, and its backups stay empty',
  check: (stack) =>
    withoutWorkers(stack).flatMap(({ name, service: { volumes = {}, workers = {} } }) =>
      Object.entries(volumes).flatMap(([volume, { only }]) =>
        only === undefined || Object.hasOwn(workers, only)
          ? []
          : [about(name, `its volume ${volume} is only for ${only}, which is none of its workers`, 'name a worker, or leave `only` out')],
      ),
    ),
};
