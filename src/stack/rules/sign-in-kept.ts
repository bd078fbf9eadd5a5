import type { Value } from '../../service/index.ts';
import { isNo, isYes } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const opens =
  /(?:^|_)(?:ANONYMOUS(?:_(?:ENABLED|ACCESS|AUTH|LOGIN))?|ALLOW_ANONYMOUS\w*|NO_?AUTH|DISABLE_AUTH(?:ENTICATION)?|AUTH(?:ENTICATION)?_DISABLED|ALLOW_EMPTY_PASSWORD)$/i;
const closes = /(?:^|_)(?:AUTH(?:ENTICATION)?_(?:ENABLED|REQUIRED)|(?:ENABLE|REQUIRE)_AUTH(?:ENTICATION)?)$/i;
/** What these are about is no sign-in of its people, or one of several. */
const another = /(?:^|_)(?:SMTP|MAIL|EMAIL|BASIC|LDAP|PROXY|TWO_FACTOR|SOCIAL)_/i;

export const signInKept: Rule = {
  id: 'sign-in-kept',
  why: 'the sign-on server does not stand before a service that asks by itself, so everybody who finds it would be in',
  check: ({ services }) =>
    services
      .filter(({ name, family, access }) => name === family && access?.kind !== 'edge')
      .flatMap(({ name, access, override: { env = {} } }) =>
        Object.entries(env).flatMap(([variable, value]) => {
          if (typeof value === 'object' || !letsEverybodyIn(variable, value)) return [];
          const what = `cluster.yaml makes its variable ${variable} ${value}, and it asks nobody any more who comes`;
          const fix = access?.kind === 'login' ? `leave ${variable} out: who may enter stands under groups` : `leave ${variable} out`;
          return [about(name, what, fix, 'env', variable)];
        }),
      ),
};

function letsEverybodyIn(variable: string, value: Value): boolean {
  if (another.test(variable)) return false;
  return (opens.test(variable) && isYes(value)) || (closes.test(variable) && isNo(value));
}
