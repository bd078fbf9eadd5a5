import { setTimeout as delay } from 'node:timers/promises';
import { Hono } from 'hono';
import { safeText } from '../kit/log.ts';
import type { OwnFigures } from './own-figures.ts';
import type { Look } from './look.ts';
import type { MemoryKills } from './memory-kills.ts';
import type { SharedLooks } from './shared-looks.ts';

export interface Exporter {
  readonly looks: SharedLooks;
  readonly kills: Pick<MemoryKills, 'isWatched'>;
  readonly own: OwnFigures;
  readonly print: (look: Look) => Promise<string>;
  /** How old an answer of the engine may be for the exporter to be well. */
  readonly recentMs: number;
  /** How long a question about health waits for a look: less than the engine gives a healthcheck. */
  readonly healthWaitMs: number;
}

/** Figures at /metrics, and at /health whether the engine answers. */
export function createApp({ looks, kills, own, print, recentMs, healthWaitMs }: Exporter): Hono {
  const printed = new WeakMap<Look, Promise<string>>();
  const app = new Hono();
  app.get('/metrics', async (context) => {
    const outcome = await looks.latest();
    const text = outcome.kind === 'answered' ? await printOnce(outcome.look) : '';
    return context.body((await own.print()) + text, 200, { 'content-type': own.contentType });
  });
  app.get('/health', async (context) => {
    if (looks.sinceAnswerMs() >= recentMs) {
      const outcome = await Promise.race([looks.latest(), delay(healthWaitMs, undefined, { ref: false })]);
      if (outcome?.kind !== 'answered') {
        const reason = outcome ? safeText(outcome.reason, 300) : `the engine has been asked for ${healthWaitMs / 1000} s`;
        return context.json({ status: 'away', reason }, 503);
      }
    }
    return context.json({ status: 'OK', ...(kills.isWatched() ? {} : { kills: 'unwatched' }) });
  });
  return app;

  /** Scrapes that share a look share its text too. */
  async function printOnce(look: Look): Promise<string> {
    const text = printed.get(look) ?? print(look);
    printed.set(look, text);
    return await text;
  }
}
