import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const always = /^\s*(?:true|:|exit 0|echo\b[^|&;]*)\s*$|\|\|\s*(?:true|:|exit 0)\s*$/;

export const healthSaysSomething: Rule = {
  id: 'health-says-something',
  why: 'a check that cannot fail calls a dead service well, and everybody starts too early',
  check: ({ services }) =>
    services.flatMap(({ name, service: { health } }) => {
      if (!('command' in health)) return [];
      const [program, option = '', script = ''] = health.command;
      const asked = /^-\w*c$/.test(option) ? script : health.command.join(' ');
      return always.test(asked) || program === 'true'
        ? [about(name, 'its health check succeeds whatever the state of the service', 'ask a port, a path, or a command that can fail')]
        : [];
    }),
};
