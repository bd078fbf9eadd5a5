import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decide } from './access.ts';
import { type GateConfig, loadGateConfig } from './config.ts';
import { configuration } from './testing/configuration.ts';

let folder = '';
let env: Record<string, string> = {};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-config-'));
  env = {};
  for (const [variable, value] of [
    ['AUTHELIA_SESSION_SECRET_FILE', 'session secret\n'],
    ['AUTHELIA_SESSION_REDIS_PASSWORD_FILE', 'valkey password\n'],
    ['AUTHELIA_AUTHENTICATION_BACKEND_LDAP_PASSWORD_FILE', 'ldap password'],
    ['AUTHELIA_STORAGE_ENCRYPTION_KEY_FILE', 'a storage key of forty letters or more'],
  ] as const) {
    env[variable] = join(folder, variable);
    await writeFile(join(folder, variable), value);
  }
});

afterEach(async () => await rm(folder, { recursive: true }));

async function load(text: string): Promise<GateConfig> {
  const path = join(folder, 'configuration.yml');
  await writeFile(path, text);
  return await loadGateConfig(path, env);
}

describe('the configuration', () => {
  it('is read as Authelia reads it', async () => {
    const config = await load(configuration);
    expect(config.server.address).toEqual({ host: '127.0.0.1', port: 9091 });
    expect(config.metrics.address.port).toBe(9959);
    expect(config.cookies).toEqual([
      {
        name: 'authelia_session',
        domain: 'example.org',
        portalUrl: 'https://auth.example.org:8443/',
        portalHost: 'auth.example.org',
        defaultRedirect: undefined,
        sameSite: 'lax',
        expirationMs: 28_800_000,
        inactivityMs: 3_600_000,
        rememberMs: 2_592_000_000,
      },
    ]);
    expect(config.regulation).toMatchObject({ max_retries: 5, find_time: 120_000, ban_time: 600_000 });
    expect(config.refreshIntervalMs).toBe(60_000);
  });

  it('takes secrets from the files that the environment names', async () => {
    const config = await load(configuration);
    expect([config.sessionSecret, config.valkey?.password, config.ldap.password]).toEqual([
      'session secret',
      'valkey password',
      'ldap password',
    ]);
  });

  it('knows where to ask about addresses, with a key from a file, and needs the key', async () => {
    expect((await load(configuration)).bouncer).toBeUndefined();
    const text = `${configuration}bouncer:\n  address: http://crowdsec:8080\n`;
    await expect(load(text)).rejects.toThrow('bouncer.api_key is missing');
    env['AUTHELIA_BOUNCER_API_KEY_FILE'] = join(folder, 'key');
    await writeFile(join(folder, 'key'), 'the key\n');
    expect((await load(text)).bouncer).toEqual({ address: 'http://crowdsec:8080', api_key: 'the key', refresh_interval: 10_000 });
  });

  it('takes second factors as Authelia does where nothing is said', async () => {
    const config = await load(configuration);
    expect(config.storage).toEqual({ path: '/data/db.sqlite3', encryptionKey: 'a storage key of forty letters or more' });
    expect(config.totp).toMatchObject({ issuer: 'example.org', algorithm: 'SHA1', digits: 6, period: 30, skew: 1, secret_size: 32 });
    expect(config.webauthn).toMatchObject({ disable: false, timeout: 60_000, selection_criteria: { user_verification: 'preferred' } });
    expect(config.defaultSecondFactor).toBeUndefined();
    const other = await load(
      configuration.replace('theme: auto', 'default_2fa_method: webauthn').replace('issuer: example.org', 'algorithm: sha256'),
    );
    expect([other.defaultSecondFactor, other.totp.algorithm]).toEqual(['webauthn', 'SHA256']);
  });

  it('makes rules of the access section', async () => {
    const { access } = await load(configuration);
    const at = { url: '', host: 'wiki.example.org', path: '/bob/x', method: 'GET' };
    expect(decide(access, { name: 'bob', groups: ['viewer'] }, at, '10.0.0.1')).toBe('allow');
    expect(decide(access, { name: 'bob', groups: ['operator'] }, at, '10.0.0.1')).toBe('forbid');
    expect(decide(access, { name: 'bob', groups: ['viewer'] }, at, '11.0.0.1')).toBe('forbid');
    expect(decide(access, { name: 'ann', groups: ['viewer'] }, at, '10.0.0.1')).toBe('forbid');
  });

  it.each([
    ['an unknown key, in its line', 'max_retries: 5', 'max_tries: 5', /line \d+: regulation\.max_tries is no key of this section/],
    ['a criterion that was misspelt and would open the rule', 'subject:', 'subjects:', /access_control\.rules\[1\]\.subjects is no key/],
    ['a policy that does not exist', 'policy: bypass', 'policy: allow', /access_control\.rules\[0\]\.policy/],
    ['a subject that is none', 'group:viewer', 'viewer', /rules\[1\]\.subject "viewer" must be user:<name> or group:<name>/],
    ['a network that is none', 'networks: lan', 'networks: wan', /rules\[1\]\.networks names something/],
    ['a broken pattern', "'^/(?P<User>[a-z]+)/'", "'^/('", /rules\[1\]\.resources "\^\/\(" is no regular expression/],
    ['an open default', 'default_policy: deny', 'default_policy: bypass', /access_control\.default_policy must be/],
    [
      'a portal outside its cookie',
      'https://auth.example.org:8443',
      'https://auth.other.org',
      /session\.cookies\[0\]\.authelia_url must lie under example\.org/,
    ],
    ['a portal without TLS', 'https://auth.example.org:8443', 'http://auth.example.org', /authelia_url must be an https:\/\/ address/],
    ['a portal below a path', 'https://auth.example.org:8443', 'https://example.org/auth', /authelia_url must name a host of its own/],
    ['a cookie for a whole top-level domain', 'domain: example.org', 'domain: org', /session\.cookies\[0\]\.domain must be a domain name/],
    ['a duration that is none', 'inactivity: 1h', 'inactivity: soon', /session\.cookies\[0\]\.inactivity is no duration/],
    ['an address it cannot listen on', 'tcp://127.0.0.1:9091/', 'unix:///run/x', /server\.address is no TCP address/],
    ['a filter without the name', '={input})', '=bob)', /users_filter must contain \{input\}/],
    ['an unknown section', 'notifier:', 'notifiers:', /notifiers is no key of this section/],
    [
      'a secret given twice',
      '    user: cn=gate',
      '    password: x\n    user: cn=gate',
      /ldap\.password is set in the file and by AUTHELIA_/,
    ],
    ['a query criterion, which it does not judge', '      networks: lan', '      query: []', /rules\[1\]\.query is a criterion/],
    [
      'records in a server',
      '  local:\n    path: /data/db.sqlite3',
      '  postgres:\n    address: tcp://db',
      /storage\.postgres is a server.*use storage\.local/,
    ],
    ['no place for records', '  local:\n    path: /data/db.sqlite3', '  local: {}', /storage\.local\.path/],
    ['codes of an odd length', 'issuer: example.org', 'digits: 7', /totp\.digits/],
    ['codes that may be used twice', 'issuer: example.org', 'disable_reuse_security_policy: true', /gate takes each code once/],
    ['a second factor by push message', 'theme: auto', 'default_2fa_method: mobile_push', /default_2fa_method must be totp or webauthn/],
    ['a lookup of authenticators', 'theme: auto', 'webauthn: { metadata: { enabled: true } }', /webauthn\.metadata\.enabled gate asks no/],
    ['an unknown key of passkeys', 'theme: auto', 'webauthn: { passkeys: true }', /webauthn\.passkeys is no key of this section/],
    ['text that is no YAML', 'theme: auto', 'theme: [', /configuration\.yml: /],
  ])('is refused for %s', async (_, from, to, message) => {
    expect(configuration).toContain(from);
    const failure = load(configuration.replace(from, to));
    await expect(failure).rejects.toMatchObject({ code: 'E_GATE_CONFIG' });
    await expect(failure).rejects.toThrow(message);
  });

  it('is refused for bypass in a rule that depends on who asks', async () => {
    const open = configuration.replace('policy: bypass', 'policy: bypass\n      subject: group:admin');
    await expect(load(open)).rejects.toThrow(/rules\[0\]\.policy cannot be bypass/);
  });

  it('names every fault at once, and no secret', async () => {
    const failure = load(configuration.replace('policy: bypass', 'policy: allow').replace('port: 6379', 'port: 0'));
    await expect(failure).rejects.toThrow(/rules\[0\]\.policy.*; .*session\.redis\.port|session\.redis\.port.*; .*rules\[0\]\.policy/);
    await expect(failure).rejects.not.toThrow(/valkey password|session secret|ldap password/);
  });

  it('is refused when a secret is missing', async () => {
    delete env['AUTHELIA_SESSION_SECRET_FILE'];
    await expect(load(configuration)).rejects.toThrow(/session\.secret is missing/);
    env['AUTHELIA_SESSION_SECRET_FILE'] = join(folder, 'nothing-here');
    await expect(load(configuration)).rejects.toMatchObject({ code: 'E_GATE_CONFIG' });
  });

  it('is refused when the file is missing', async () => {
    await expect(loadGateConfig(join(folder, 'none.yml'), env)).rejects.toMatchObject({ code: 'E_GATE_CONFIG' });
  });
});
