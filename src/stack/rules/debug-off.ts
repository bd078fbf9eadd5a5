import type { Value } from '../../service/index.ts';
import { isYes } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const debugOff: Rule = {
  id: 'debug-off',
  why: 'programs that are being debugged show secrets in their logs, and their insides on their error pages',
  check: ({ services }) =>
    services.flatMap(({ name, env }) =>
      Object.entries(env)
        .filter(([variable, value]) => isDebugging(variable, value))
        .map(([variable]) => about(name, `its variable ${variable} puts it into a mode for developers`, 'leave it out', 'env', variable)),
    ),
};

function isDebugging(variable: string, value: Value): boolean {
  if (/(?:^|_)DEBUG$/.test(variable)) return isYes(value);
  const isMode = /^(?:NODE_ENV|RAILS_ENV|APP_ENV|FLASK_ENV|ASPNETCORE_ENVIRONMENT)$/.test(variable);
  return isMode && typeof value === 'string' && /^(?:dev|development|debug)$/i.test(value);
}
