import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const envValueTrimmed: Rule = {
  id: 'env-value-trimmed',
  why: 'a space or a line break at the end of a password or an address is part of it, and nobody sees it',
  from: 'a line break that a script left behind a client secret made every sign-in fail',
  check: ({ services }) =>
    services.flatMap(({ name, env }) =>
      Object.entries(env)
        .filter(([, value]) => typeof value === 'string' && value !== value.trim())
        .map(([variable]) => about(name, `its variable ${variable} begins or ends with white space`, 'take it away', 'env', variable)),
    ),
};
