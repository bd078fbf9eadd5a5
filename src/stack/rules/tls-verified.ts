import type { Value } from '../../service/index.ts';
import { isNo, isYes } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const off =
  /(?:SSL|TLS)_(?:SKIP|NO)_VERIFY|(?:SKIP|DISABLE)_(?:TLS|SSL)?_?(?:CERT\w*_)?VERIF(?:Y|ICATION)|TLS_INSECURE|INSECURE_TLS|INSECURE_SSL/;
const on = /(?:VERIFY_(?:SSL|TLS|CERT\w*|PEER)|(?:SSL|TLS)_VERIFY|REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)$/;

export const tlsVerified: Rule = {
  id: 'tls-verified',
  why: 'whoever sits in between can read and change everything, passwords too',
  check: ({ services }) =>
    services.flatMap(({ name, env }) =>
      Object.entries(env)
        .filter(([variable, value]) => isBlind(variable, value))
        .map(([variable]) =>
          about(
            name,
            `its variable ${variable} makes it believe every certificate`,
            'give it the authority that signed, and leave this out',
            'env',
            variable,
          ),
        ),
    ),
};

function isBlind(variable: string, value: Value): boolean {
  return off.test(variable) ? isYes(value) : on.test(variable) && isNo(value);
}
