import type { Service } from '../../service/index.ts';
import { groupsOf } from '../access.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const accessDecided: Rule = {
  id: 'access-decided',
  why: 'a page that nobody decided about is open to the world',
  from: 'hosts stood open without a login, because the proxy ignored what was meant to guard them',
  check: ({ services }) =>
    services.flatMap((one) => {
      const { name, service } = one;
      const why = undecided(service, groupsOf(one));
      return why === undefined ? [] : [about(name, why, 'give its route one access: login, directory, groups, or open with the reason')];
    }),
};

function undecided({ route, needs }: Service, groups: readonly string[]): string | undefined {
  if (!route) return undefined;
  const { access } = route;
  if (!access || Object.keys(access).length === 0) return 'nobody decided who may pass its route';
  if ('open' in access) return access.open.trim() === '' ? 'its route is open without a reason' : undefined;
  if ('login' in access || 'directory' in access) {
    const [key, kind] = 'login' in access ? [access.login, 'oidc'] : [access.directory, 'ldap'];
    const need = needs && Object.hasOwn(needs, key) ? needs[key] : undefined;
    if (need?.kind !== kind) return `its route stands on the need ${JSON.stringify(key)}, which is no ${kind} need of it`;
    if (need.optional === true) return `its route stands on the need ${JSON.stringify(key)}, which may go unanswered`;
  }
  return 'directory' in access || groups.length > 0 ? undefined : 'its route lets in no group at all';
}
