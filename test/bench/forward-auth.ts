import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { createLog } from '../../src/kit/log.ts';
import { createSessions } from '../../src/gate/sessions.ts';
import { createValkeyStore } from '../../src/gate/valkey-store.ts';
import { until } from '../../src/kit/clock.ts';
import { run } from '../../src/kit/process.ts';
import { drive } from './drive.ts';
import type { Load, LoadResult } from './load.ts';

/** Gate on loopback over a real Valkey, asked by another process on the same machine. */
export interface ForwardAuthBench {
  /** Asks about requests with a valid session for so long. */
  readonly withSession: (seconds: number) => Promise<LoadResult>;
  readonly withoutSession: (seconds: number) => Promise<LoadResult>;
  /** What gate's process holds now, in bytes. */
  readonly memory: () => Promise<number>;
  readonly close: () => Promise<void>;
}

const secret = 'a secret of the benchmark alone';
const connections = 16;

/** Starts all of it; undefined where the machine has no Valkey (or Redis) to run. `built` is the folder of the bundles. */
export async function startForwardAuthBench(built: string): Promise<ForwardAuthBench | undefined> {
  const program = await findProgram(['valkey-server', 'redis-server']);
  if (program === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'datamancy-bench-gate-'));
  const [port, metricsPort, valkeyPort] = [await freePort(), await freePort(), await freePort()];
  await writeFile(join(folder, 'configuration.yml'), configuration(folder, port, metricsPort, valkeyPort));
  const argv = ['--port', String(valkeyPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const children = [
    spawn(program, argv, { stdio: 'ignore' }),
    fork(join(built, 'serve.js'), ['gate', '--config', join(folder, 'configuration.yml')], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  ];
  const load = fork(join(built, 'load.js'));
  const close = async (): Promise<void> => {
    await Promise.all([...children, load].map(stop));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilHealthy(port);
    const cookie = `authelia_session=${await startSession(valkeyPort)}`;
    return {
      withSession: async (seconds) => await drive(load, { ...question(port), status: 200, seconds, headers: { ...headers, cookie } }),
      withoutSession: async (seconds) => await drive(load, { ...question(port), status: 302, seconds, headers }),
      memory: async () => await readMemory(metricsPort),
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

const headers = {
  accept: 'text/html,application/xhtml+xml',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-host': 'wiki.example.org',
  'x-forwarded-method': 'GET',
  'x-forwarded-proto': 'https',
  'x-forwarded-uri': '/some/page?with=a&query',
};

function question(port: number): Pick<Load, 'port' | 'path' | 'connections'> {
  return { port, path: '/api/authz/forward-auth', connections };
}

async function startSession(valkeyPort: number): Promise<string> {
  const settings = { host: '127.0.0.1', port: valkeyPort, timeout: 5000, database_index: 0 };
  const store = createValkeyStore(settings, createLog('gate', 'silent'));
  const person = { id: 'bench', username: 'alice', displayName: 'Alice Žižková', email: 'alice@example.org', groups: ['admin', 'viewer'] };
  const start = { domain: 'example.org', methods: ['pwd'], address: '203.0.113.9', agent: headers['user-agent'] } as const;
  try {
    return await until(
      'valkey answers',
      async () =>
        await createSessions(store, secret)
          .start(person, { ...start, lifeMs: 86_400_000, idleMs: 86_400_000 })
          .then(
            (done) => ({ done }),
            (cause: unknown) => ({ seen: String(cause) }),
          ),
      { everyMs: 50, withinMs: 10_000 },
    );
  } finally {
    store.close();
  }
}

/** As rendered for a cluster of thirty apps, the one asked for among the last. */
function configuration(folder: string, port: number, metricsPort: number, valkeyPort: number): string {
  const hosts = [...Array.from({ length: 28 }, (_, index) => `app${index}.example.org`), 'wiki.example.org', 'last.example.org'];
  const rules = hosts.map((domain) => ({ domain, policy: 'one_factor', subject: [['group:viewer'], ['group:operator']] }));
  return JSON.stringify({
    server: { address: `tcp://127.0.0.1:${port}/` },
    log: { level: 'info' },
    telemetry: { metrics: { enabled: true, address: `tcp://127.0.0.1:${metricsPort}/metrics` } },
    authentication_backend: {
      password_reset: { disable: true },
      refresh_interval: 'disable',
      ldap: {
        address: 'ldap://127.0.0.1:1',
        base_dn: 'dc=example,dc=org',
        users_filter: '(uid={input})',
        groups_filter: '(member={dn})',
        user: 'cn=gate',
        password: 'x',
      },
    },
    access_control: { default_policy: 'deny', rules },
    session: {
      secret,
      cookies: [{ domain: 'example.org', authelia_url: 'https://auth.example.org' }],
      redis: { host: '127.0.0.1', port: valkeyPort },
    },
    storage: { encryption_key: 'a key of the benchmark alone', local: { path: join(folder, 'records.sqlite3') } },
  });
}

async function untilHealthy(port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/api/health`;
  await until(
    'gate answers',
    async () =>
      await fetch(url).then(
        ({ ok }) => (ok ? { done: true } : { seen: 'not healthy' }),
        (cause: unknown) => ({ seen: String(cause) }),
      ),
    { everyMs: 50, withinMs: 20_000 },
  );
}

async function readMemory(metricsPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

async function findProgram(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const { status, stdout } = await run(['sh', '-c', 'command -v "$0"', name]);
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
