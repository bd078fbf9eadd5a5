import type { AccessControl } from '../access.ts';
import { createLinks } from '../account/links.ts';
import type { AccountSettings } from '../account/settings.ts';
import { createApp } from '../app.ts';
import { createBasicCheck } from '../basic.ts';
import type { Bouncer } from '../bouncer.ts';
import type { CookieSettings, GateConfig } from '../config.ts';
import type { Gate } from '../gate.ts';
import { createLog } from '../../kit/log.ts';
import { createMemoryStore } from '../memory-store.ts';
import type { Mail } from '../mailer.ts';
import { createMetrics } from '../metrics.ts';
import type { OidcSettings } from '../oidc/settings.ts';
import { createTheme } from '../../kit/page/layout.ts';
import { createRegulation, resetLimits } from '../regulation.ts';
import { totpSection, webauthnSection } from '../second-factor/schema.ts';
import { createSessions } from '../sessions.ts';
import { type Store, StoreUnavailable } from '../store.ts';
import { createMemoryDirectory, type MemoryDirectory } from './memory-directory.ts';
import { createMemoryRecords, type MemoryRecords } from './memory-records.ts';
import { alice, bob } from './people.ts';

const cookie: CookieSettings = {
  name: 'authelia_session',
  domain: 'example.org',
  portalUrl: 'https://auth.example.org/',
  portalHost: 'auth.example.org',
  defaultRedirect: undefined,
  sameSite: 'lax',
  expirationMs: 3_600_000,
  inactivityMs: 300_000,
  rememberMs: 86_400_000,
};

const access: AccessControl = {
  defaultPolicy: 'deny',
  rules: [
    rule('open.example.org', 'bypass'),
    rule('wiki.example.org', 'one_factor'),
    { ...rule('admin.example.org', 'one_factor'), subjects: [[{ kind: 'group', name: 'admin' }]] },
    rule('vault.example.org', 'two_factor'),
  ],
};

function rule(name: string, policy: 'bypass' | 'one_factor' | 'two_factor') {
  return { domains: [{ kind: 'exact' as const, name }], resources: [], methods: [], networks: undefined, subjects: [], policy };
}

/** A gate in memory, with a clock, people, a log to read and a store that can be taken away. */
export interface TestGate {
  readonly gate: Gate;
  readonly directory: MemoryDirectory;
  readonly records: MemoryRecords;
  readonly logged: string[];
  /** What was sent to people. */
  readonly mails: readonly Mail[];
  /** Values and keys that the store was given. */
  readonly stored: string[];
  setStoreAway(isAway: boolean): void;
  request(path: string, init?: RequestInit): Promise<Response>;
}

export function createTestGate(
  changes: Partial<GateConfig['regulation']> & {
    readonly refreshIntervalMs?: number;
    readonly cookie?: Partial<CookieSettings>;
    readonly account?: Partial<AccountSettings>;
    readonly oidc?: OidcSettings;
    readonly bouncer?: Bouncer;
  } = {},
): TestGate {
  const { refreshIntervalMs = 300_000, cookie: cookieChanges, account: accountChanges, oidc, bouncer, ...regulationChanges } = changes;
  const secret = 'a secret only tests know';
  const logged: string[] = [];
  const stored: string[] = [];
  let isAway = false;
  const store = watch(
    createMemoryStore(),
    () => isAway,
    (text) => stored.push(text),
  );
  const directory = createMemoryDirectory([alice, bob]);
  const records = createMemoryRecords();
  const link = { secret: 'a link key only tests know', lifeMs: 300_000 };
  const mails: Mail[] = [];
  const regulation = { modes: undefined, max_retries: 3, find_time: 120_000, ban_time: 300_000, ...regulationChanges };
  const regulator = createRegulation(store, regulation, secret);
  const gate: Gate = {
    config: {
      cookies: [{ ...cookie, ...cookieChanges }],
      access,
      sessionSecret: secret,
      refreshIntervalMs,
      account: {
        canReset: true,
        canChange: true,
        policy: { shortest: 8, longest: 0, needsUpper: false, needsLower: false, needsDigit: false, needsSpecial: false },
        link,
        ...accountChanges,
      },
      endpoints: {
        'forward-auth': { takesSession: true, basicForMs: undefined },
        'forward-auth-basic': { takesSession: true, basicForMs: 60_000 },
      },
      storage: { path: '', encryptionKey: 'a storage key only tests know' },
      totp: totpSection.parse({ issuer: 'Test' }),
      webauthn: webauthnSection.parse({}),
      defaultSecondFactor: undefined,
      oidc,
    },
    directory,
    records,
    store,
    sessions: createSessions(store, secret),
    regulation: regulator,
    resets: createRegulation(store, resetLimits, secret, 'reset:'),
    challenges: createRegulation(store, { ...regulation, modes: ['ip'] }, secret, 'challenge:'),
    links: createLinks(directory, store, link),
    mailer: { reachesPeople: true, send: async (mail) => mails.push(mail) > 0 },
    basic: createBasicCheck(directory, regulator),
    bouncer,
    metrics: createMetrics(),
    log: createLog('gate', 'trace', { write: (line) => void logged.push(line) }),
    theme: createTheme('Test & <Cluster>'),
    apps: [
      { title: 'Wiki', url: 'https://wiki.example.org', summary: 'Pages', groups: [] },
      { title: 'Admin', url: 'https://admin.example.org', summary: '', groups: ['admin'] },
    ],
    refusalStepMs: 0,
  };
  return {
    gate,
    directory,
    records,
    logged,
    mails,
    stored,
    setStoreAway(value) {
      isAway = value;
    },
    request: requestTo(gate),
  };
}

/** Sends requests to a gate as the edge does. */
export function requestTo(gate: Gate): TestGate['request'] {
  const app = createApp(gate);
  return async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('host')) headers.set('host', 'auth.example.org');
    return await app.request(path, { ...init, headers }, { incoming: { socket: { remoteAddress: '172.18.0.2' } } });
  };
}

function watch(store: Store, isAway: () => boolean, note: (text: string) => void): Store {
  function open(): Store {
    if (isAway()) throw new StoreUnavailable('taken away by the test');
    return store;
  }
  return {
    get: async (key) => await open().get(key),
    set: async (key, value, ttlMs) => {
      note(key);
      note(value);
      await open().set(key, value, ttlMs);
    },
    replace: async (key, value, ttlMs) => await open().replace(key, value, ttlMs),
    extend: async (key, ttlMs) => await open().extend(key, ttlMs),
    remove: async (key) => await open().remove(key),
    add: async (key, amount, ttlMs) => {
      note(key);
      return await open().add(key, amount, ttlMs);
    },
    addMember: async (key, member, ttlMs) => {
      note(key);
      note(member);
      await open().addMember(key, member, ttlMs);
    },
    removeMember: async (key, member) => await open().removeMember(key, member),
    members: async (key) => await open().members(key),
    close: () => store.close(),
  };
}
