import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const capacityCpu: Rule = {
  id: 'capacity-cpu',
  why: 'Docker starts no container that may use more processors than there are (“range of CPUs is from 0.01 to …”)',
  check: ({ services, placement }, { machine: { cpus } }) =>
    cpus === undefined || placement.runtime === 'process'
      ? []
      : services
          .filter(({ limits }) => limits.cpus > cpus)
          .map(({ name, family, limits }) =>
            about(
              name,
              `may use ${limits.cpus} processors, and the machine has ${cpus}`,
              name === family
                ? `write limits: {cpus: ${cpus}} for it, or leave it out`
                : `leave ${family} out; a machine with ${Math.ceil(limits.cpus)} processors takes it`,
              'limits',
              'cpus',
            ),
          ),
};
