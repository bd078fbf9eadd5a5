import type { LdapGrant } from '../../contracts/index.ts';
import { probeAccounts } from '../../contracts/index.ts';
import type { LoginOf } from './login.ts';

/** The tools read a password from a file only; the pipe is bash's own, because the engine's is not readable for every user. */
function bound(program: string, options: string, ...values: readonly string[]): readonly [string, ...string[]] {
  return ['bash', '-c', `IFS= read -r password; exec ${program} -x -y <(printf %s "$password") ${options}`, 'bash', ...values];
}

/** A directory has no databases: what belongs to others are the passwords of people, which a service account may never read. */
export const ldapLogin: LoginOf<LdapGrant> = ({ url, bindDn, bindPassword, peopleDn }, _, { admin }) => {
  const whoAmI = bound('ldapwhoami', '-H "$1" -D "$2"', url, bindDn);
  const search = bound(
    'ldapsearch',
    '-LLL -o ldif-wrap=no -H "$1" -D "$2" -b "$3" "$4" uid userPassword',
    url,
    bindDn,
    peopleDn,
    `(|(uid=${admin})(uid=${probeAccounts.member.name}))`,
  );
  return {
    credential: { user: bindDn, password: bindPassword },
    own: { argv: whoAmI, wanted: /^dn:/m },
    wrongPassword: { argv: whoAmI, wanted: /Invalid credentials/ },
    others: { argv: search, wanted: /^uid: /m, unwanted: /^userPassword/m, what: 'a password of a person' },
  };
};
