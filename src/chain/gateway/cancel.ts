import { type Connection, inTransaction } from '../../kit/sqlite.ts';
import { type Refusal, refusal } from '../answer.ts';
import type { Broadcaster } from './broadcaster.ts';
import { writeAudit } from './database.ts';
import type { Person } from './policy.ts';
import { whyTooMany } from './too-many.ts';
import { endUnhanded, findTransfer, type Transfer } from './transfers.ts';

interface CancelParts {
  readonly connection: Connection;
  readonly broadcaster: Pick<Broadcaster, 'cancel'>;
  readonly now: () => number;
}

/**
 * Ends a transfer that was not handed over, or asks the broadcaster to where it has it. What is being handed over right now is neither, so
 * it is refused for that moment.
 */
export async function cancel(parts: CancelParts, person: Person, id: string, signal: AbortSignal): Promise<Transfer | Refusal> {
  const found = begin(parts, person, id);
  if ('kind' in found || found.payment === undefined) return found;
  const told = await parts.broadcaster.cancel(found.payment, signal);
  if (told.kind === 'payment') return found;
  if (told.kind === 'refused') return refusal(409, 'late', told.why, 'look at its state');
  return refusal(503, 'broadcaster', 'the broadcaster does not answer', 'try again in a moment');
}

function begin({ connection, now }: CancelParts, person: Person, id: string): Transfer | Refusal {
  return inTransaction(connection, () => {
    const tooMany = whyTooMany(connection, person.id, now());
    if (tooMany) return tooMany;
    const isDone = endUnhanded(connection, id, now());
    const found = findTransfer(connection, id);
    if (found?.state === 'handing') return refusal(409, 'late', 'it is being handed over', 'try again in a moment');
    if (!found || (!isDone && found.payment === undefined)) return refusal(409, 'late', `it is ${found?.state}`, 'look at its state');
    writeAudit(connection, { at: now(), person, action: 'cancel', decision: isDone ? 'done' : 'asked', details: { id } });
    return found;
  });
}
