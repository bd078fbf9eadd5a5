import { expect, test } from 'vitest';
import type { Need, Text } from '../service/index.ts';
import { printValue } from '../service/index.ts';
import {
  bouncer,
  certificate,
  clickhouse,
  contracts,
  documents,
  ldap,
  llm,
  mariadb,
  memcached,
  mongodb,
  oidc,
  postgres,
  publicOidc,
  qdrant,
  smtp,
  suffixOf,
  valkey,
} from './index.ts';
import { identifierOf } from './contract.ts';

const cluster = { name: 'test', domain: 'example.org', bind: '127.0.0.1', admin: { name: 'anna', email: 'anna@example.org' } };
const reveal = { secret: ({ id }: { readonly id: string }) => `<${id}>`, file: ({ id }: { readonly id: string }) => `/run/secrets/${id}` };

function provider(
  name: string,
  port: number,
): { name: string; provision: Record<string, string>; address: { host: string; port: number }; url: string } {
  return { name, provision: { port: 'main' }, address: { host: name, port }, url: `https://auth.${cluster.domain}` };
}

/** What one client is granted, and what the provider is told, with each secret shown by its name. */
function granted(
  need: Need,
  client: string,
  key: string,
  says: Readonly<Record<string, string>> = {},
): { readonly grant: Record<string, unknown>; readonly steps: readonly string[] } {
  const contract = contracts[need.kind];
  if (!contract) throw new Error(`no contract ${need.kind}`);
  const at = { ...provider('server', 1234), provision: { port: 'main', ...says } };
  const { grant, secrets } = contract.grant({
    client: { name: client, url: `https://${client}.example.org` },
    key,
    request: need.request,
    provider: at,
    cluster,
  });
  const record = {
    kind: need.kind,
    client,
    key,
    provider: at.name,
    request: need.request,
    grant,
    secrets,
    clientUrl: `https://${client}.example.org`,
  };
  const steps = contract.apply?.({ cluster, groups: ['admin', 'book-club'], provider: at, grants: [record] }) ?? [];
  // A grant is a record of its contract's own type; here it is only looked at.
  return {
    grant: grant as Record<string, unknown>,
    steps: steps.map(({ argv, input }) => `${argv.join(' ')}\n${printValue(input, reveal)}`),
  };
}

test('a name that SQL takes without quotes is made from the service and the need', () => {
  expect(identifierOf('my-app', 'db')).toBe('my_app');
  expect(identifierOf('my-app', 'cache')).toBe('my_app');
  expect(identifierOf('my-app', 'filesDb')).toBe('my_app_filesdb');
});

test('bouncer: a key of its own, which the provider is told on standard input alone', () => {
  const { grant, steps } = granted(bouncer(), 'gate', 'bouncer');
  expect(grant).toEqual({ url: 'http://server:1234', key: { kind: 'secret', id: 'gate.bouncer' } });
  expect(steps.map((step) => step.split('\n').at(-1))).toEqual(['<gate.bouncer>']);
  expect(steps.join('').split('<gate.bouncer>').length).toBe(2);
  expect(steps.join('')).toMatch(/ register gate 1234\n/);
});

test('postgres: a role that owns its own database and may do nothing else, and no password in the server’s log', () => {
  const { grant, steps } = granted(postgres({ extensions: ['vector'] }), 'my-app', 'db');
  expect(printValue(grant['url'] as Text, reveal)).toBe('postgresql://my_app:<my-app.db>@server:1234/my_app');
  expect(steps).toMatchInlineSnapshot(`
    [
      "psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username postgres --dbname postgres
    SET log_statement = 'none';
    SET log_min_error_statement = 'panic';
    REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
    REVOKE CONNECT ON DATABASE template1 FROM PUBLIC;

    -- my_app
    SELECT 'CREATE ROLE "my_app"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'my_app') \\gexec
    ALTER ROLE "my_app" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD '<my-app.db>';
    SELECT 'CREATE DATABASE "my_app" OWNER "my_app"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'my_app') \\gexec
    ALTER DATABASE "my_app" OWNER TO "my_app";
    REVOKE ALL ON DATABASE "my_app" FROM PUBLIC;
    GRANT ALL ON DATABASE "my_app" TO "my_app";
    \\connect "my_app"
    CREATE EXTENSION IF NOT EXISTS "vector";
    \\connect postgres
    SET log_statement = 'none';
    SET log_min_error_statement = 'panic';
    ",
    ]
  `);
});

test('postgres: a database in the order of bytes, and one that has another is refused when every other grant is honoured', () => {
  const [sql = ''] = granted(postgres({ locale: 'C' }), 'chat', 'db').steps;
  expect(sql).toContain(
    `SELECT 'CREATE DATABASE "chat" OWNER "chat" TEMPLATE template0 ENCODING ''UTF8'' LOCALE_PROVIDER libc LOCALE ''C'''`,
  );
  expect(sql.slice(sql.indexOf('\\set'))).toMatchInlineSnapshot(`
    "\\set VERBOSITY terse
    DO $$ DECLARE actual text; BEGIN
      SELECT datcollate INTO actual FROM pg_database
        WHERE datname = 'chat' AND (datcollate, datctype, datlocprovider) IS DISTINCT FROM ('C', 'C', 'c');
      IF FOUND THEN RAISE '%', format('database chat has the locale %s and chat needs C: '
        'dump it with pg_dump, drop it, run datamancy up, and restore the dump', actual);
      END IF;
    END $$;
    "
  `);
});

test('postgres: a role for an exporter reads statistics and is no superuser', () => {
  const [sql = ''] = granted(postgres({ monitor: true }), 'exporter', 'db').steps;
  expect(sql).toContain('GRANT pg_monitor TO "exporter";');
  expect(sql).toContain('NOSUPERUSER');
});

test('postgres: a role for a pool in front looks the others’ passwords up, by a function that is the superuser’s', () => {
  const [sql = ''] = granted(postgres({ looksUpPasswords: true, extensions: ['vector'] }), 'pool', 'db').steps;
  expect(sql.slice(sql.indexOf('\\connect'))).toMatchInlineSnapshot(`
    "\\connect "pool"
    CREATE EXTENSION IF NOT EXISTS "vector";
    CREATE OR REPLACE FUNCTION public.login_of(wanted text, OUT role text, OUT verifier text) RETURNS record
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
      'SELECT rolname::text, rolpassword FROM pg_catalog.pg_authid WHERE rolname = wanted AND rolcanlogin AND NOT rolsuper AND NOT rolreplication';
    ALTER FUNCTION public.login_of(text) OWNER TO CURRENT_USER;
    REVOKE ALL ON FUNCTION public.login_of(text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION public.login_of(text) TO "pool";
    \\connect postgres
    SET log_statement = 'none';
    SET log_min_error_statement = 'panic';
    "
  `);
});

test('mariadb: further databases belong to the same user, under names that begin with his', () => {
  const { grant, steps } = granted(mariadb({ databases: ['files', 'pages'] }), 'my-app', 'db');
  expect(grant['databases']).toEqual({ files: 'my_app_files', pages: 'my_app_pages' });
  for (const database of ['my_app', 'my_app_files', 'my_app_pages']) {
    expect(steps[0]).toContain(`CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4;`);
    expect(steps[0]).toContain(`GRANT ALL PRIVILEGES ON \`${database.replaceAll('_', '\\_')}\`.* TO 'my_app'@'%';`);
  }
  expect(granted(mariadb(), 'my-app', 'db').grant['databases']).toEqual({});
});

test('mariadb: a user with rights on its own database alone', () => {
  expect(granted(mariadb(), 'my-app', 'db').steps).toMatchInlineSnapshot(`
    [
      "sh -c MYSQL_PWD=$(cat "$MARIADB_ROOT_PASSWORD_FILE") exec mariadb --user=root --batch
    -- my_app
    CREATE DATABASE IF NOT EXISTS \`my_app\` CHARACTER SET utf8mb4;
    CREATE USER IF NOT EXISTS 'my_app'@'%';
    ALTER USER 'my_app'@'%' IDENTIFIED BY '<my-app.db>';
    GRANT ALL PRIVILEGES ON \`my\\_app\`.* TO 'my_app'@'%';
    SELECT 1;
    ",
    ]
  `);
});

test('valkey: a user kept to its own prefix, without the commands that administer the server', () => {
  const { grant, steps } = granted(valkey(), 'my-app', 'cache');
  expect(grant['prefix']).toBe('my_app:');
  expect(steps).toMatchInlineSnapshot(`
    [
      "sh -c replies=$(REDISCLI_AUTH=$(cat "$VALKEY_PASSWORD_FILE") "$(command -v valkey-cli || echo redis-cli)" -e -p "\${VALKEY_PORT:-6379}") && ! printf '%s\\n' "$replies" | grep -vx OK >&2
    ACL SETUSER my_app reset on ><my-app.cache> ~my_app:* &my_app:* +@all -@admin -@dangerous +info
    ACL SAVE
    ",
    ]
  `);
});

test('valkey: a user for an exporter reads no key, and the log of commands where the server has one', () => {
  const [rights = '', log = ''] = granted(valkey({ monitor: true }), 'exporter', 'cache').steps;
  expect(rights).toContain('ACL SETUSER exporter reset on ><exporter.cache> resetkeys resetchannels -@all +ping ');
  expect(log.split('\n').slice(-3)).toEqual(['ACL SETUSER exporter +commandlog', 'ACL SAVE', '']);
});

test('ldap: the owner, the groups and a service account, and no password in any command line', () => {
  const { grant, steps } = granted(ldap(), 'my-app', 'people');
  expect(grant).toMatchObject({ bindDn: 'cn=my-app,ou=services,dc=example,dc=org', peopleDn: 'ou=people,dc=example,dc=org' });
  const entries = steps.flatMap((step) => step.split('\n\n'));
  const account = entries.filter((entry) => entry.includes('dn: cn=my-app,ou=services,dc=example,dc=org'));
  expect(account).toHaveLength(2);
  expect(account[0]).toMatch(/objectClass: simpleSecurityObject\n[^]*userPassword: <my-app\.people>$/);
  expect(account[1]).toMatch(/changetype: modify\nreplace: userPassword\nuserPassword: <my-app\.people>$/);
  expect(steps.map((step) => step.split('\n')[0])).not.toContainEqual(expect.stringContaining('<'));
});

test('oidc: a confidential client gets a secret, a public one does not', () => {
  const confidential = granted(oidc({ callback: '/callback', refresh: true }), 'my-app', 'login').grant;
  expect(confidential).toMatchObject({
    issuer: 'https://auth.example.org',
    clientId: 'my-app',
    clientSecret: { kind: 'secret', id: 'my-app.login' },
    scopes: 'openid profile email groups offline_access',
  });
  expect(granted(publicOidc({ callback: '/callback' }), 'my-app', 'login').grant).not.toHaveProperty('clientSecret');
});

test('smtp: an account that sends from the address of its service, told to the program that the provider names', () => {
  const address = 'my-app@example.org';
  expect(granted(smtp(), 'my-app', 'mail')).toEqual({
    grant: { host: 'server', port: 1234, tls: 'starttls', user: address, from: address, password: { kind: 'secret', id: 'my-app.mail' } },
    steps: [],
  });
  const { grant, steps } = granted(smtp(), 'my-app', 'mail', { host: 'mail', accounts: 'sh /etc/accounts.sh' });
  expect(steps).toEqual(['sh /etc/accounts.sh\nmy-app@example.org <my-app.mail>\n']);
  expect(grant['authority']).toEqual({ kind: 'secret', id: 'cluster.authority', part: 'certificate' });
});

test('certificate: a key for one host of the domain, and what the authority signed', () => {
  const key = { kind: 'secret', id: 'my-app.tls' };
  expect(granted(certificate({ host: 'mail' }), 'my-app', 'tls').grant).toEqual({
    host: 'mail.example.org',
    key,
    certificate: { ...key, part: 'certificate' },
    authority: { kind: 'secret', id: 'cluster.authority', part: 'certificate' },
  });
});

test('clickhouse: a user with rights on its own database alone', () => {
  const { grant, steps } = granted(clickhouse(), 'my-app', 'db');
  expect(printValue(grant['url'] as Text, reveal)).toBe('http://my_app:<my-app.db>@server:1234/my_app');
  expect(steps[0]?.split('\n').slice(1, 5)).toEqual([
    'CREATE DATABASE IF NOT EXISTS "my_app";',
    'CREATE USER IF NOT EXISTS "my_app";',
    `ALTER USER "my_app" IDENTIFIED WITH sha256_password BY '<my-app.db>' DEFAULT DATABASE "my_app";`,
    'GRANT ALL ON "my_app".* TO "my_app";',
  ]);
});

test('mongodb: a user who owns his own database, made or brought up to date', () => {
  const { grant, steps } = granted(mongodb(), 'my-app', 'db');
  expect(printValue(grant['url'] as Text, reveal)).toBe('mongodb://my_app:<my-app.db>@server:1234/my_app');
  expect(steps[0]).toContain("const database = server.getDB('my_app');");
  expect(steps[0]).toContain("const account = { pwd: '<my-app.db>', roles: [{ role: 'dbOwner', db: 'my_app' }] };");
});

test('mongodb: a user for the administrator’s tool sees every database', () => {
  const [script = ''] = granted(mongodb({ everywhere: true }), 'tool', 'db').steps;
  expect(script).toContain("roles: [{ role: 'dbOwner', db: 'tool' }, { role: 'readWriteAnyDatabase', db: 'admin' }, { role:");
});

test('documents: where browsers and the client find the editor, and the secret that both know', () => {
  expect(granted(documents(), 'my-app', 'office').grant).toEqual({
    publicUrl: 'https://auth.example.org',
    url: 'http://server:1234',
    secret: { kind: 'secret', id: 'server.secret' },
  });
});

test('qdrant: the server’s own key, which no client brings with it', () => {
  const { grant } = granted(qdrant(), 'my-app', 'vectors');
  expect(grant).toMatchObject({ url: 'http://server:1234', apiKey: { kind: 'secret', id: 'server.apiKey' }, prefix: 'my-app_' });
});

test('memcached: an address, and nothing to prove', () => {
  expect(granted(memcached(), 'my-app', 'cache')).toEqual({ grant: { host: 'server', port: 1234, address: 'server:1234' }, steps: [] });
});

test('llm: an address as OpenAI’s programs want it, and a key for each client', () => {
  const { grant, steps } = granted(llm(), 'my-app', 'models');
  expect(grant['url']).toBe('http://server:1234/v1');
  expect(printValue(grant['key'] as Text, reveal)).toBe('sk-<my-app.models>');
  expect(steps[0]).toContain('    ("my-app.models", "sk-<my-app.models>"),\n]:');
});

test('a domain becomes a suffix label by label', () => {
  expect(suffixOf('home.example.org')).toBe('dc=home,dc=example,dc=org');
});

test('no secret is ever a string: the steps hold it by name, and a command line holds none', () => {
  for (const need of [postgres(), mariadb(), valkey(), ldap(), clickhouse(), mongodb(), llm()]) {
    for (const step of contracts[need.kind]?.apply?.({ cluster, groups: [], provider: provider('server', 1), grants: [] }) ?? []) {
      expect(step.argv.every((argument) => typeof argument === 'string')).toBe(true);
      expect(step.argv.join(' ')).not.toMatch(/<[\w.-]+>/);
    }
  }
});
