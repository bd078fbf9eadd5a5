import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from '../../src/gate/gate.ts';
import { createLdapDirectory } from '../../src/gate/ldap-directory.ts';
import { createLog } from '../../src/kit/log.ts';
import { createRegulation } from '../../src/gate/regulation.ts';
import { createSessions } from '../../src/gate/sessions.ts';
import type { Store } from '../../src/gate/store.ts';
import { createTestBrowser } from '../../src/gate/testing/browser.ts';
import { describeDirectory } from '../../src/gate/testing/directory-suite.ts';
import { createTestGate, requestTo } from '../../src/gate/testing/gate-fixture.ts';
import { alice, bob } from '../../src/gate/testing/people.ts';
import { describeStore } from '../../src/gate/testing/store-suite.ts';
import { createValkeyStore } from '../../src/gate/valkey-store.ts';
import { buildImages } from '../../src/images/build.ts';
import { imageRef, readRecipes } from '../../src/images/recipe.ts';
import { until } from '../../src/kit/clock.ts';
import { run, runOrFail } from '../../src/kit/process.ts';

const root = join(import.meta.dirname, '../..');
const cluster = 'imagetest';
const suffix = 'dc=example,dc=org';
const openldap = `gate-test-openldap-${process.pid}`;
const valkey = `gate-test-valkey-${process.pid}`;
const fix = 'look at the container with docker logs';

let ldapPort = 0;
let store: Store;

beforeAll(async () => {
  const recipes = await readRecipes(root, ['openldap', 'valkey']);
  await buildImages({ recipes, cluster });
  const imageOf = (name: string) => recipes.filter((recipe) => recipe.name === name).map((recipe) => imageRef(cluster, recipe))[0] ?? name;
  ldapPort = await start(openldap, imageOf('openldap'), 389, [
    '-e',
    `LDAP_SUFFIX=${suffix}`,
    '-e',
    'LDAP_ADMIN_PASSWORD=only-for-this-test',
  ]);
  const valkeyPort = await start(valkey, imageOf('valkey'), 6379, []);
  await untilDone(
    'the directory takes people',
    ['docker', 'exec', '-i', openldap, 'ldapadd', '-c', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi://%2Ftmp%2Fslapd%2Fldapi'],
    people(),
  );
  const commands = ['+get', '+set', '+del', '+pttl', '+pexpire', '+incrby', '+multi', '+exec', '+sadd', '+srem', '+smembers'];
  await untilDone('valkey takes the account', [
    'docker',
    'exec',
    valkey,
    'valkey-cli',
    'ACL',
    'SETUSER',
    'gate',
    'on',
    '>valkey-password',
    '~gate:*',
    '-@all',
    ...commands,
  ]);
  store = createValkeyStore(
    { host: '127.0.0.1', port: valkeyPort, timeout: 5000, username: 'gate', password: 'valkey-password', database_index: 0 },
    createLog('gate', 'silent'),
  );
  await until(
    'the store answers',
    async () =>
      await store.get('x').then(
        () => ({ done: true }),
        (cause: unknown) => ({ seen: String(cause) }),
      ),
    {
      everyMs: 100,
      withinMs: 20_000,
    },
  );
});

afterAll(async () => {
  store?.close();
  await run(['docker', 'rm', '-f', '-v', openldap, valkey]);
});

describeStore('valkey, with no more rights than it needs', () => store);
/** A directory gives its own ids to people, as RFC 4530 has them. */
const entryUuid: string = expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
describeDirectory('openldap', ldapDirectory, entryUuid);

describe('gate over openldap and valkey', () => {
  it('signs people in, and takes a person out of a group at the next look', async () => {
    const browser = createTestBrowser({ request: requestTo(realGate(0)) });
    expect((await browser.submit('/login', { username: 'Alice', password: alice.password })).status).toBe(303);
    expect((await browser.authorize('admin.example.org')).headers.get('remote-groups')).toBe('admin,viewer');
    await giveAdminTo('bob');
    expect((await browser.authorize('admin.example.org')).status).toBe(403);
    await giveAdminTo('alice');
    expect((await browser.authorize('admin.example.org')).status).toBe(200);
  });

  it('lets nobody pass while valkey hangs, and recovers alone', async () => {
    const browser = createTestBrowser({ request: requestTo(realGate(300_000)) });
    await browser.submit('/login', { username: 'bob', password: bob.password });
    await whilePaused(valkey, async () => {
      expect((await browser.authorize('wiki.example.org')).status).toBe(503);
    });
    await untilStatus(200, async () => browser.authorize('wiki.example.org'));
  });

  it('keeps sessions and says that nobody can sign in while the directory hangs, and recovers alone', async () => {
    const request = requestTo(realGate(0));
    const browser = createTestBrowser({ request });
    await browser.submit('/login', { username: 'bob', password: bob.password });
    await whilePaused(openldap, async () => {
      expect((await browser.authorize('wiki.example.org')).status).toBe(200);
      expect((await createTestBrowser({ request }).submit('/login', { username: 'bob', password: bob.password })).status).toBe(503);
    });
    await untilStatus(303, async () => createTestBrowser({ request }).submit('/login', { username: 'bob', password: bob.password }));
  });
});

/** What recovers alone may take a moment over it, and no more than a moment. */
async function untilStatus(wanted: number, ask: () => Promise<Response>): Promise<void> {
  const look = async () => {
    const { status } = await ask();
    return status === wanted ? { done: true } : { seen: `status ${status}` };
  };
  await until(`the answer is ${wanted}`, look, { everyMs: 100, withinMs: 10_000 });
}

function ldapDirectory() {
  return createLdapDirectory({
    address: `ldap://127.0.0.1:${ldapPort}`,
    timeout: 8000,
    start_tls: false,
    base_dn: suffix,
    additional_users_dn: 'ou=people',
    users_filter: '(&({username_attribute}={input})(objectClass=inetOrgPerson))',
    additional_groups_dn: 'ou=groups',
    groups_filter: '(&(member={dn})(objectClass=groupOfNames))',
    group_search_mode: 'filter',
    attributes: {
      distinguished_name: '',
      username: 'uid',
      display_name: 'displayName',
      mail: 'mail',
      member_of: 'memberOf',
      group_name: 'cn',
    },
    user: `cn=gate,ou=services,${suffix}`,
    password: 'gate-password',
  });
}

function realGate(refreshIntervalMs: number): Gate {
  const { gate } = createTestGate({ refreshIntervalMs });
  const secret = gate.config.sessionSecret;
  const regulation = createRegulation(store, { max_retries: 3, find_time: 60_000, ban_time: 60_000 }, secret);
  return { ...gate, directory: ldapDirectory(), sessions: createSessions(store, secret), regulation };
}

async function start(name: string, image: string, port: number, options: readonly string[]): Promise<number> {
  await runOrFail(['docker', 'run', '-d', '--name', name, '-p', `127.0.0.1::${port}`, ...options, image], { fix });
  const published = await runOrFail(['docker', 'port', name, String(port)], { fix });
  return Number(/:(\d+)/.exec(published)?.[1]);
}

async function untilDone(what: string, argv: readonly [string, ...string[]], input?: string): Promise<void> {
  const ask = async () => {
    const { status, stderr, stdout } = await run(argv, input === undefined ? {} : { input });
    // An attempt before this one may have come half-way.
    const refusals = stderr.split('\n').filter((line) => /^ldap\w*: /.test(line));
    const isThere = refusals.length > 0 && refusals.every((line) => line.includes('Already exists'));
    return status === 0 || isThere ? { done: true } : { seen: stderr || stdout };
  };
  await until(what, ask, { everyMs: 300, withinMs: 60_000 });
}

async function giveAdminTo(username: string): Promise<void> {
  const member = `uid=${username},ou=people,${suffix}`;
  await runOrFail(['docker', 'exec', '-i', openldap, 'ldapmodify', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi://%2Ftmp%2Fslapd%2Fldapi'], {
    fix,
    input: `dn: cn=admin,ou=groups,${suffix}\nchangetype: modify\nreplace: member\nmember: ${member}\n`,
  });
}

async function whilePaused(name: string, work: () => Promise<void>): Promise<void> {
  await runOrFail(['docker', 'pause', name], { fix });
  try {
    await work();
  } finally {
    await runOrFail(['docker', 'unpause', name], { fix });
  }
}

function people(): string {
  const service = `dn: cn=gate,ou=services,${suffix}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: gate\nuserPassword: gate-password\n`;
  const persons = [alice, bob].map(({ username, displayName, email, password }) =>
    [
      `dn: uid=${username},ou=people,${suffix}`,
      'objectClass: inetOrgPerson',
      `uid: ${username}`,
      `cn: ${username}`,
      `sn: ${username}`,
      `displayName:: ${Buffer.from(displayName).toString('base64')}`,
      `mail: ${email}`,
      `userPassword:: ${Buffer.from(password).toString('base64')}`,
      '',
    ].join('\n'),
  );
  const groups = ['admin', 'viewer'].map((group) => {
    const members = [alice, bob]
      .filter((person) => person.groups.includes(group))
      .map(({ username }) => `member: uid=${username},ou=people,${suffix}\n`);
    return `dn: cn=${group},ou=groups,${suffix}\nobjectClass: groupOfNames\ncn: ${group}\n${members.join('')}`;
  });
  return [service, ...persons, ...groups].join('\n');
}
