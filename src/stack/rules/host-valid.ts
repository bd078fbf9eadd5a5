import { patterns } from '../names.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const longest = 253;

export const hostValid: Rule = {
  id: 'host-valid',
  why: 'no browser would look the name up and no certificate could name it',
  check: ({ services, domain }) =>
    services.flatMap(({ name, host }) => {
      if (host === undefined) return [];
      const label = host.slice(0, -domain.length - 1);
      if (!patterns.label.test(label)) {
        return [about(name, `${JSON.stringify(label)} is no label of a host name`, 'use 1 to 63 of a-z, 0-9 and inner dashes', 'host')];
      }
      if (host.length <= longest) return [];
      return [about(name, `${host} is longer than ${longest} characters`, 'give a shorter host: or use a shorter domain', 'host')];
    }),
};
