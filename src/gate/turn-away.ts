import type { Context } from 'hono';
import type { Gate, GateEnv } from './gate.ts';
import { addressOf } from './identify.ts';
import { bannedPage } from './pages/message.ts';
import { sendPage } from './pages/send.ts';
import { wantsPage } from './wants-page.ts';

/** The answer to whoever comes from a banned address; undefined for everybody else. */
export async function turnAway(gate: Gate, context: Context<GateEnv>): Promise<Response | undefined> {
  const address = addressOf(context);
  if (!gate.bouncer?.isBanned(address)) return undefined;
  gate.metrics.turnedAway();
  if (!wantsPage(context)) return context.text('403 Forbidden', 403);
  return await sendPage(context, gate.theme, undefined, bannedPage(address), 403);
}
