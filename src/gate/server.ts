import { parseArgs } from 'node:util';
import { listen, listenForMetrics, serveUntil } from '../kit/http-server.ts';
import { createLinks } from './account/links.ts';
import { createApp } from './app.ts';
import { createBasicCheck } from './basic.ts';
import { createBouncer, keepPulling } from './bouncer.ts';
import { loadGateConfig } from './config.ts';
import { createLdapDirectory } from './ldap-directory.ts';
import { createLog, type Log, safeText } from '../kit/log.ts';
import { shareLookUps } from './share-look-ups.ts';
import { createMemoryStore } from './memory-store.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createTheme } from '../kit/page/layout.ts';
import { loadPortalApps } from './portal-apps.ts';
import { createMailer } from './mailer.ts';
import { createRegulation, resetLimits } from './regulation.ts';
import { createSessions } from './sessions.ts';
import { createSqliteRecords } from './sqlite-records.ts';
import { createValkeyStore } from './valkey-store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs the sign-on server until the signal is aborted, then lets open requests end. It starts while the directory and
 * the store are away; what needs them answers 503 until they are there.
 */
export async function runGate(argv: readonly string[], env: Environment, signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string', short: 'c' } } });
  const config = await loadGateConfig(values.config ?? env['X_AUTHELIA_CONFIG'] ?? '/config/configuration.yml', env);
  const apps = await loadPortalApps(env['DATAMANCY_PORTAL_FILE']);
  const log = createLog('gate', config.log.level);
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
  const { address } = config.server;
  const measured = config.metrics.enabled ? config.metrics.address : undefined;
  const servers = [listen(app.fetch, address), ...(measured ? [listenForMetrics(metrics.registry, measured)] : [])];
  log.info({ event: 'start', port: address.port, metrics: measured?.port }, 'gate is listening');
  signal.addEventListener('abort', () => log.info({ event: 'stop' }, 'gate stops'), { once: true });
  const pulling = config.bouncer && bouncer && keepPulling(bouncer, config.bouncer.refresh_interval, signal);
  await Promise.all([serveUntil(servers, signal), pulling]);
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
