import { groupBy } from '../group-by.ts';
import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const volumeSingleWriter: Rule = {
  id: 'volume-single-writer',
  why: 'two services that write into one directory destroy what the other wrote',
  from: 'two services shared one directory of settings by mistake',
  check: (stack) => {
    // A volume is called after its service and itself, so that two pairs of names can come to the same.
    const volumes = withoutWorkers(stack).flatMap(({ name, service }) =>
      Object.keys(service.volumes ?? {}).map((volume) => ({ name, volume, called: `${name}-${volume}` })),
    );
    return [...groupBy(volumes, ({ called }) => called)].flatMap(([called, same]) => {
      const last = same.at(-1);
      return same.length < 2 || !last
        ? []
        : [
            about(
              last.name,
              `the volume ${called} belongs to ${same.map(({ name, volume }) => `${volume} of ${name}`).join(' and to ')}`,
              `rename the volume ${last.volume}`,
            ),
          ];
    });
  },
};
