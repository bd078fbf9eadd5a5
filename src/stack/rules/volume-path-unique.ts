import { groupBy } from '../group-by.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const volumePathUnique: Rule = {
  id: 'volume-path-unique',
  why: 'the second mount hides the first, and what is written goes where nobody looks for it',
  check: ({ services }) =>
    services.flatMap(({ name, service }) => {
      const mounts = [
        ...Object.entries(service.volumes ?? {}).map(([volume, { path }]) => ({ what: `volume ${volume}`, path })),
        ...(service.tmpfs ?? []).map((one) => ({ what: 'tmpfs', path: typeof one === 'string' ? one : one.path })),
        ...(service.hostPaths ?? []).map(({ path, target }) => ({ what: `${path} of the machine`, path: target ?? path })),
      ];
      return [...groupBy(mounts, ({ path }) => path.replace(/\/+$/, ''))]
        .filter(([, same]) => same.length > 1)
        .map(([path, same]) =>
          about(
            name,
            `${same.map(({ what }) => what).join(' and ')} are both mounted at ${path || '/'}`,
            'mount each at a path of its own',
          ),
        );
    }),
};
