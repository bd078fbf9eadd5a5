import { parseArgs } from 'node:util';
import { listen, serveUntil } from '../kit/http-server.ts';
import { createLog, type Log, safeText } from '../kit/log.ts';
import { createApp } from './app.ts';
import { createEngine } from './engine.ts';
import { lookAt, usualLook } from './look.ts';
import { createMemoryKills } from './memory-kills.ts';
import { createOwnFigures } from './own-figures.ts';
import { printFigures } from './print-figures.ts';
import { readSettings } from './settings.ts';
import { type Outcome, shareLooks } from './shared-looks.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Serves figures of the engine's containers until the signal is aborted. It starts while the engine is away, and looks only when somebody
 * asks: Prometheus, or the healthcheck.
 */
export async function runExporter(argv: readonly string[], env: Environment, signal: AbortSignal): Promise<void> {
  parseArgs({ args: [...argv], options: {} });
  const { engine: address, cluster, listen: at } = readSettings(env);
  const log = createLog('docker-health-exporter', 'info');
  const engine = createEngine(address);
  const kills = createMemoryKills(engine, log, { retryMs: 1000, mostContainers: usualLook.mostContainers });
  const own = createOwnFigures(kills);
  const tell = tellChanges(log);
  const looks = shareLooks(async () => lookAt(engine, { ...usualLook, cluster }, signal), {
    freshMs: 5000,
    now: () => performance.now(),
    onOutcome(outcome) {
      own.count(outcome);
      tell(outcome);
    },
  });
  const app = createApp({
    looks,
    kills,
    own,
    print: async (look) => printFigures(look, { cluster, lastKillOf: (id) => kills.lastOf(id) }),
    recentMs: 45_000,
    healthWaitMs: 4000,
  });
  log.info({ event: 'start', port: at.port }, 'docker-health-exporter is listening');
  signal.addEventListener('abort', () => log.info({ event: 'stop' }, 'docker-health-exporter stops'), { once: true });
  const ended = new AbortController();
  const watching = kills.watch(AbortSignal.any([signal, ended.signal]));
  await serveUntil([listen(app.fetch, at)], signal).finally(() => ended.abort());
  await watching;
}

/** Says what has changed since the look before, and nothing while all stays as it was. */
function tellChanges(log: Log): (outcome: Outcome) => void {
  let told = '';
  return (outcome) => {
    const unread = outcome.kind === 'answered' ? outcome.look.unread : 0;
    const now = `${outcome.kind} ${unread > 0}`;
    if (now === told) return;
    told = now;
    if (outcome.kind === 'failed') log.error({ event: 'engine.away', cause: safeText(outcome.reason, 300) }, 'the engine does not answer');
    else if (unread === 0) log.info({ event: 'engine.answers', containers: outcome.look.containers.length }, 'the engine answers');
    else {
      const cause = safeText(outcome.look.reason ?? '', 300);
      log.warn({ event: 'containers.unread', unread, cause }, 'some containers could not be looked at');
    }
  };
}
