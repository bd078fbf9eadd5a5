import type { Rule } from './rule.ts';

export const aliasUnique: Rule = {
  id: 'alias-unique',
  why: 'inside the cluster the name leads to the unit, so mail for the server outside would never leave',
  from: 'an alias of one container hid the proxy from all others',
  check: ({ services, declaration: { mail } }) =>
    services
      .filter(({ name }) => name === mail?.host)
      .map(({ name }) => ({
        where: 'mail',
        message: `its host ${name} is also the name of a service of this stack`,
        fix: `write the whole name of the mail server, such as ${name}.example.net`,
        path: ['mail', 'host'],
      })),
};
