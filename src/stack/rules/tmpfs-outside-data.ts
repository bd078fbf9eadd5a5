import { isWithin, tmpfsPathsOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const tmpfsOutsideData: Rule = {
  id: 'tmpfs-outside-data',
  why: 'what is written there is gone at the next start, though it lies in a directory that is kept and backed up',
  check: ({ services }) =>
    services.flatMap(({ name, service }) =>
      Object.entries(service.volumes ?? {}).flatMap(([volume, { path, role }]) =>
        tmpfsPathsOf(service)
          .filter((memory) => role === 'data' && memory !== path && isWithin(memory, path))
          .map((memory) =>
            about(name, `its tmpfs ${memory} lies inside its volume ${volume}`, 'make it a volume of its own with the role cache'),
          ),
      ),
    ),
};
