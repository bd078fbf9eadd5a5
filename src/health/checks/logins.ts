import { randomBytes } from 'node:crypto';
import type { DatabaseGrant, GrantRecord, LdapGrant, ValkeyGrant } from '../../contracts/index.ts';
import { askUnit, lastLine } from '../ask-unit.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { bringUp } from '../fixes.ts';
import { ldapLogin } from '../logins/ldap.ts';
import type { Attempt, Login } from '../logins/login.ts';
import { mariadbLogin } from '../logins/mariadb.ts';
import { postgresLogin } from '../logins/postgres.ts';
import { valkeyLogin } from '../logins/valkey.ts';

/**
 * Each client gets in with its own credential, a wrong password is refused, and so is the right one at what belongs to others.
 * The wrong one goes first: a directory that counts failures forgets them at the next success.
 */
export const loginsWork: Check = {
  id: 'login',
  title: 'Database logins',
  run: async ({ stack, ...context }, signal) => {
    const results: CheckResult[] = [];
    for (const record of stack.grants) {
      const login = loginOf(record, stack.grants, stack.declaration.admin.name);
      if (login) results.push(...(await tryLogin({ stack, ...context }, record, login, signal)));
    }
    return results;
  },
};

/** A contract makes every grant of its kind, so the kind tells the shape. */
function loginOf(record: GrantRecord, all: readonly GrantRecord[], admin: string): Login | undefined {
  const neighbour = all.find(
    ({ kind, provider, client }) => kind === record.kind && provider === record.provider && client !== record.client,
  );
  switch (record.kind) {
    case 'postgres':
      return postgresLogin(record.grant as DatabaseGrant, neighbour as GrantRecord<unknown, DatabaseGrant> | undefined, { admin });
    case 'mariadb':
      return mariadbLogin(record.grant as DatabaseGrant, neighbour as GrantRecord<unknown, DatabaseGrant> | undefined, { admin });
    case 'valkey':
      return valkeyLogin(record.grant as ValkeyGrant, neighbour as GrantRecord<unknown, ValkeyGrant> | undefined, { admin });
    case 'ldap':
      return ldapLogin(record.grant as LdapGrant, undefined, { admin });
    default:
      return undefined;
  }
}

async function tryLogin(
  context: CheckContext,
  { client, key, provider }: GrantRecord,
  login: Login,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const { user, password } = login.credential;
  const id = `login.${client}.${key}`;
  const right = context.secret(password);
  const wrong = randomBytes(24).toString('base64url');
  const refusal = await attempt(
    { id: `${id}.wrong-password`, title: `${provider} refuses a wrong password for ${client}` },
    login.wrongPassword,
    wrong,
    'a wrong password was not refused',
  );
  const own = await attempt(
    { id: `${id}.own`, title: `${client} signs in to ${provider}` },
    login.own,
    right,
    'its own credential was not accepted',
  );
  const about = { id: `${id}.others`, title: `${client} is kept from ${login.others.what}` };
  if (own.status === 'fail') return [refusal, own, skip(about, 'it cannot sign in at all')];
  return [refusal, own, await attempt(about, login.others, right, `it is not kept from ${login.others.what}`)];

  async function attempt(
    about: { id: string; title: string },
    { argv, wanted, unwanted }: Attempt,
    given: string,
    problem: string,
  ): Promise<CheckResult> {
    const answer = await askUnit(context, provider, argv, { input: `${given}\n` }, signal);
    if (answer.kind === 'silent') return skip(about, answer.why);
    const words = `${answer.result.stdout}\n${answer.result.stderr}`;
    if (wanted.test(words) && !(unwanted?.test(words) ?? false)) return pass(about, `tried as ${user}`);
    return fail(about, `${problem}: ${lastLine(answer.result) || `status ${answer.result.status} and no word`}`, bringUp);
  }
}
