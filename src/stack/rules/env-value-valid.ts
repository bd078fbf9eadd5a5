import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const envValueValid: Rule = {
  id: 'env-value-valid',
  why: 'the service would read the word undefined, or nothing, in place of a value',
  check: ({ services }) =>
    services.flatMap(({ name, env }) =>
      Object.entries(env)
        .filter(([, value]: readonly [string, unknown]) => !isValue(value))
        .map(([variable]) =>
          about(
            name,
            `its variable ${variable} has no value that can be written`,
            'give text, a number, true, false, or what a need grants',
            'env',
            variable,
          ),
        ),
    ),
};

function isValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return !value.includes('\0');
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && 'kind' in value);
}
