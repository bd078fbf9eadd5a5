import { expect, test } from 'vitest';
import type { ExecResult } from '../../runtime/runtime.ts';
import { changed } from '../testing/cluster.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { loginsWork } from './logins.ts';

type Door = (right: boolean, argv: readonly string[]) => Partial<ExecResult>;

/** What each provider says, in its own words. */
const doors: Readonly<Record<string, Door>> = {
  rows: (right, argv) => {
    if (!right) return { status: 2, stderr: 'psql: error: FATAL:  password authentication failed for user "app"' };
    const [user, database] = argv.slice(-2);
    return user === database ? { stdout: `${user}\n` } : { status: 2, stderr: `FATAL:  permission denied for database "${database}"` };
  },
  sums: (right, argv) => {
    if (!right) return { status: 1, stderr: "ERROR 1045 (28000): Access denied for user 'app'@'172.20.0.2' (using password: YES)" };
    return argv.at(-1) === 'app_sums'
      ? { stdout: 'app_sums@%\n' }
      : { status: 1, stderr: "ERROR 1044 (42000): Access denied for user 'app'@'%' to database 'mysql'" };
  },
  keys: (right, argv) => {
    if (!right) return { stdout: 'NOAUTH Authentication required.\n', stderr: 'AUTH failed: WRONGPASS invalid username-password pair' };
    return argv.includes('GET') ? { stdout: 'NOPERM No permissions to access a key\n' } : { stdout: 'PONG\n' };
  },
  directory: (right, argv) => {
    if (!right) return { status: 49, stderr: 'ldap_bind: Invalid credentials (49)' };
    return argv[2]?.includes('ldapsearch')
      ? { stdout: 'dn: uid=ada\nuid: ada\n' }
      : { stdout: 'dn:cn=app,ou=services,dc=example,dc=org\n' };
  },
};

function knock(changes: Readonly<Record<string, Door>> = {}) {
  return (service: string, argv: readonly string[], input = ''): Partial<ExecResult> => {
    expect(argv.join(' ')).not.toContain('value-of-');
    return { ...doors, ...changes }[service]?.(input.startsWith('value-of-'), argv) ?? { status: 1, stderr: 'no such provider' };
  };
}

test('each client gets in with its own credential only, which never stands on a command line', async () => {
  const results = await resultsOf(loginsWork, { exec: knock() });
  expect([...results.values()].filter(({ status }) => status !== 'pass')).toEqual([]);
  expect([...results.keys()].filter((id) => id.startsWith('login.app.db'))).toEqual([
    'login.app.db.wrong-password',
    'login.app.db.own',
    'login.app.db.others',
  ]);
  expect(results.size).toBe(15);
});

test.each(['rows', 'sums', 'keys', 'directory'])(
  'a password that %s does not take fails, and what is refused anyway still passes',
  async (provider) => {
    const results = await resultsOf(loginsWork, { exec: knock({ [provider]: (_, argv) => doors[provider]?.(false, argv) ?? {} }) });
    expect(withStatus(results, 'fail').filter((id) => id.endsWith('.own')).length).toBeGreaterThan(0);
    expect(withStatus(results, 'fail').filter((id) => id.endsWith('.wrong-password'))).toEqual([]);
  },
);

test.each(['rows', 'sums', 'keys', 'directory'])('%s that takes any password fails', async (provider) => {
  const results = await resultsOf(loginsWork, { exec: knock({ [provider]: (_, argv) => doors[provider]?.(true, argv) ?? {} }) });
  expect(withStatus(results, 'fail').every((id) => id.endsWith('.wrong-password'))).toBe(true);
  expect(withStatus(results, 'fail').length).toBeGreaterThan(0);
});

test.each<[string, Door]>([
  ['rows', (right, argv) => (right ? { stdout: `${argv.at(-2)}\n` } : (doors['rows']?.(false, argv) ?? {}))],
  ['sums', (right, argv) => (right ? { stdout: 'app_sums@%\n' } : (doors['sums']?.(false, argv) ?? {}))],
  ['keys', (right, argv) => (right ? { stdout: argv.includes('GET') ? '\n' : 'PONG\n' } : (doors['keys']?.(false, argv) ?? {}))],
  [
    'directory',
    (right, argv) =>
      right ? { stdout: 'dn:x\ndn: uid=ada\nuid: ada\nuserPassword:: e0FSR09OMn0=\n' } : (doors['directory']?.(false, argv) ?? {}),
  ],
])('%s that shows what belongs to others fails', async (provider, door) => {
  const results = await resultsOf(loginsWork, { exec: knock({ [provider]: door }) });
  expect(withStatus(results, 'fail').length).toBeGreaterThan(0);
  expect(withStatus(results, 'fail').every((id) => id.endsWith('.others'))).toBe(true);
});

test('an error that is no refusal proves nothing', async () => {
  const results = await resultsOf(loginsWork, {
    exec: knock({ rows: () => ({ status: 2, stderr: 'could not connect to server: Connection refused' }) }),
  });
  expect(results.get('login.app.db.wrong-password')).toMatchObject({ status: 'fail', fix: 'datamancy up' });
});

test('a provider that does not run is skipped', async () => {
  const results = await resultsOf(loginsWork, { exec: knock(), unit: changed('rows', { state: 'exited' }) });
  expect(withStatus(results, 'fail')).toEqual([]);
  expect(withStatus(results, 'skip')).toHaveLength(6);
});
