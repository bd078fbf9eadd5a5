import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const signOnHost: Rule = {
  id: 'sign-on-host',
  why: 'a browser sends the session only to names under one domain, and nobody can sign in behind a sign-in',
  check: ({ services, domain }) =>
    services.flatMap(({ name, service, host }) => {
      if (!service.provides || !Object.hasOwn(service.provides, 'sign-on')) return [];
      if (host === undefined) return [about(name, 'does sign-on and has no public name', 'give its definition a route')];
      if (!host.endsWith(`.${domain}`))
        return [about(name, `does sign-on at ${host}, which is not under ${domain}`, `give it a host under ${domain}`, 'host')];
      if (service.route && 'open' in service.route.access) return [];
      return [about(name, 'does sign-on, and its own page asks for a sign-in first', 'make its route open, with the reason')];
    }),
};
