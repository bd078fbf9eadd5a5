import { listen, listenForMetrics, serveUntil } from '../kit/http-server.ts';
import { messageOf } from '../kit/errors.ts';
import { createLog, type Log, safeText } from '../kit/log.ts';
import { createApp } from './app.ts';
import { createLauncher, prepareHome } from './chromium.ts';
import { loadConfig } from './config.ts';
import { createMetrics } from './metrics.ts';
import { createPool } from './pool.ts';
import { createService } from './service.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the browser service until the signal is aborted; open pages have five seconds to be answered. */
export async function runBrowser(_argv: readonly string[], env: Environment, signal: AbortSignal): Promise<void> {
  const config = await loadConfig(env);
  const log = createLog('browser', 'info');
  const metrics = createMetrics();
  const { home, remove } = await prepareHome(config.authority);
  const limits = { pages: config.pages, waiting: config.waiting, waitMs: 60_000, usesPerEngine: 200 };
  const launch = createLauncher({ executable: config.chromium, home, log });
  const pool = createPool(async () => await orSay(launch(), log), limits, {
    started: metrics.started,
    crashed: () => {
      metrics.crashed();
      log.warn({ event: 'crash' }, 'Chromium ended by itself; the next request starts it again');
    },
    changed: ({ open, waiting }) => metrics.pages(open, waiting),
    waited: metrics.waited,
  });
  const service = createService({ pool, targets: config.targets, onRefused: metrics.refused, onChecked: metrics.up });
  const app = createApp({ service, token: config.token, metrics, log });
  const servers = [listen(app.fetch, config.listen), listenForMetrics(metrics.registry, config.metrics)];
  log.info({ event: 'start', port: config.listen.port, metrics: config.metrics.port }, 'browser is listening');
  signal.addEventListener('abort', () => log.info({ event: 'stop' }, 'browser stops'), { once: true });
  try {
    await serveUntil(servers, signal);
  } finally {
    await pool.close();
    await remove();
  }
}

async function orSay<T>(launching: Promise<T>, log: Log): Promise<T> {
  try {
    return await launching;
  } catch (cause) {
    log.error({ event: 'start.failed', cause: safeText(messageOf(cause), 1000) }, 'Chromium does not start');
    throw cause;
  }
}
