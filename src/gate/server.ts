import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { createLinks } from './account/links.ts';
import { createApp } from './app.ts';
import { createBasicCheck } from './basic.ts';
import { createBouncer, keepPulling } from './bouncer.ts';
import { loadGateConfig } from './config.ts';
import { createLdapDirectory } from './ldap-directory.ts';
import { createLog, type Log, safeText } from './log.ts';
import { shareLookUps } from './share-look-ups.ts';
import { createMemoryStore } from './memory-store.ts';
import { createMetrics, type Metrics, serveMetrics } from './metrics.ts';
import { createTheme } from './pages/layout.ts';
import { loadPortalApps } from './portal-apps.ts';
import { createMailer } from './mailer.ts';
import { createRegulation, resetLimits } from './regulation.ts';
import { createSessions } from './sessions.ts';
import { createSqliteRecords } from './sqlite-records.ts';
import { createValkeyStore } from './valkey-store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const stopWithinMs = 5000;

/**
 * Runs the sign-on server until the signal is aborted, then lets open requests end. It starts while the directory and
 * the store are away; what needs them answers 503 until they are there.
 */
export async function runGate(argv: readonly string[], env: Environment, signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string', short: 'c' } } });
  const config = await loadGateConfig(values.config ?? env['X_AUTHELIA_CONFIG'] ?? '/config/configuration.yml', env);
  const apps = await loadPortalApps(env['DATAMANCY_PORTAL_FILE']);
  const log = createLog(config.log.level);
  const store = config.valkey ? createValkeyStore(config.valkey, log) : createMemoryStore();
  const metrics = createMetrics();
  const records = createSqliteRecords({ ...config.storage, onChange: (reason) => tellOfRecords(log, metrics, reason) });
  const directory = shareLookUps(createLdapDirectory(config.ldap));
  const regulation = createRegulation(store, config.regulation, config.sessionSecret);
  const theme = createTheme(env['DATAMANCY_TITLE'] ?? config.cookies[0]?.domain ?? 'Datamancy');
  const { secret, lifeMs } = config.account.link;
  const bouncer = config.bouncer && createBouncer(config.bouncer, { log, metrics });
  const app = createApp({
    config,
    records,
    store,
    directory,
    sessions: createSessions(store, config.sessionSecret),
    regulation,
    resets: createRegulation(store, resetLimits, config.sessionSecret, 'reset:'),
    challenges: createRegulation(store, { ...config.regulation, modes: ['ip'] }, config.sessionSecret, 'challenge:'),
    links: createLinks(directory, store, { secret: secret || config.sessionSecret, lifeMs }),
    mailer: createMailer(config.notifier, theme.title, log, metrics),
    basic: createBasicCheck(directory, regulation),
    bouncer,
    metrics,
    log,
    theme,
    apps,
    refusalStepMs: 400,
  });
  const { host, port } = config.server.address;
  const server = serve({
    fetch: app.fetch,
    port,
    ...(host === undefined ? {} : { hostname: host }),
    // Longer than the two minutes that the edge keeps a connection, so it never writes into one that closes.
    serverOptions: { requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 130_000, maxHeaderSize: 32 * 1024 },
  });
  const metricsServer = config.metrics.enabled ? serveMetrics(metrics.registry, config.metrics.address) : undefined;
  const servers = [server, ...(metricsServer ? [metricsServer] : [])];
  log.info({ event: 'start', port, metrics: config.metrics.enabled ? config.metrics.address.port : undefined }, 'gate is listening');
  const pulling = config.bouncer && bouncer && keepPulling(bouncer, config.bouncer.refresh_interval, signal);
  await new Promise<void>((resolve, reject) => {
    for (const each of servers) each.once('error', reject);
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  log.info({ event: 'stop' }, 'gate stops');
  await Promise.all([...servers.map(stop), pulling]);
  records.close();
  store.close();
}

function tellOfRecords(log: Log, metrics: Metrics, reason: string | undefined): void {
  metrics.records(reason === undefined);
  if (reason === undefined) log.info({ event: 'records.open' }, 'second factors and consents can be read');
  else
    log.error(
      { event: 'records.lost', cause: safeText(reason, 300) },
      'second factors and consents cannot be read; sign-in with one factor goes on',
    );
}

/** Takes no new request, lets open ones end, and after a while ends them. */
async function stop(server: ReturnType<typeof serve>): Promise<void> {
  const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), stopWithinMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
  clearTimeout(force);
}
