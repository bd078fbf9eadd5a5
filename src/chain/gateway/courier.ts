import { sleep } from '../../kit/clock.ts';
import { messageOf } from '../../kit/errors.ts';
import { type Log, safeText } from '../../kit/log.ts';
import type { Connection } from '../../kit/sqlite.ts';
import type { Broadcaster, Payment } from './broadcaster.ts';
import { isHalted } from './database.ts';
import type { GatewayMetrics } from './metrics.ts';
import { beginHanding, listInState, noteHanded, noteNotTaken, noteProgress, type Progress, type Transfer } from './transfers.ts';

/** Carries what was decided to the broadcaster, and its answers back. */
export interface Courier {
  readonly wake: () => void;
  run(signal: AbortSignal): Promise<void>;
}

interface CourierParts {
  readonly connection: Connection;
  readonly broadcaster: Broadcaster;
  readonly metrics: GatewayMetrics;
  readonly log: Log;
  readonly now: () => number;
  readonly pauseMs?: number;
}

const mostAtOnce = 50;

/**
 * What was decided is handed over until the broadcaster has it, under the transfer's own id as the key: after a crash at any point it is
 * handed over again, and paid once. While all is halted nothing is handed over.
 */
export function createCourier({ connection, broadcaster, metrics, log, now, pauseMs = 2000 }: CourierParts): Courier {
  let nap = new AbortController();

  /** False where the others need not be tried. */
  async function hand(transfer: Transfer, signal: AbortSignal): Promise<boolean> {
    if (isHalted(connection)) return false;
    if (transfer.state === 'decided' && !beginHanding(connection, transfer.id, now())) return true;
    const told = await broadcaster.submit(transfer, signal);
    if (told.kind === 'away') return false;
    if (told.kind === 'busy') noteNotTaken(connection, transfer.id, now());
    else if (told.kind === 'payment') noteHanded(connection, transfer.id, told.payment.id, now());
    else noteProgress(connection, transfer.id, { state: 'unpaid', progress: 'refused', reason: told.why, hash: undefined }, now());
    return true;
  }

  async function fetchProgress(transfer: Transfer, signal: AbortSignal): Promise<boolean> {
    const told = await broadcaster.find(transfer.payment ?? '', signal);
    if (told.kind === 'away' || told.kind === 'busy') return false;
    const isKnown = told.kind === 'payment';
    if (!isKnown && transfer.progress !== unknown.progress)
      log.error({ event: 'payment.unknown', transfer: transfer.id }, 'the broadcaster does not know a payment that it took');
    noteProgress(connection, transfer.id, isKnown ? progressOf(told.payment) : { ...transfer, ...unknown }, now());
    return true;
  }

  async function carry(signal: AbortSignal): Promise<void> {
    // What the broadcaster may have already comes first.
    const waiting = [...listInState(connection, 'handing', mostAtOnce), ...listInState(connection, 'decided', mostAtOnce)];
    for (const transfer of waiting) if (!(await hand(transfer, signal))) break;
    for (const transfer of listInState(connection, 'handed', mostAtOnce)) if (!(await fetchProgress(transfer, signal))) break;
    metrics.waiting(listInState(connection, 'decided', 1000).length + listInState(connection, 'handing', 1000).length);
    metrics.halted(isHalted(connection));
  }

  return {
    wake: () => nap.abort(),
    async run(signal) {
      while (!signal.aborted) {
        nap = new AbortController();
        await carry(signal).catch((cause: unknown) => {
          if (!signal.aborted) log.error({ event: 'courier', cause: safeText(messageOf(cause), 300) }, 'transfers could not be carried');
        });
        await sleep(pauseMs, AbortSignal.any([signal, nap.signal])).catch(() => undefined);
      }
    },
  };
}

const unknown = {
  state: 'handed',
  progress: 'unknown',
  reason: 'the broadcaster does not know it: was an old backup of it restored?',
} as const;

/** A payment that came to an end without being paid counts for no limit any more. */
function progressOf({ state, reason = '', hash }: Payment): Progress {
  const isUnpaid = ['refused', 'reverted', 'cancelled', 'lost'].includes(state);
  return { state: state === 'confirmed' ? 'paid' : isUnpaid ? 'unpaid' : 'handed', progress: state, reason, hash };
}
