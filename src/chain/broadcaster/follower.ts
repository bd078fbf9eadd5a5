import { messageOf } from '../../kit/errors.ts';
import { type Log, safeText } from '../../kit/log.ts';
import { sleep } from '../../kit/clock.ts';
import { listAccounts, openAccount } from './accounts.ts';
import type { ChainConfig } from './config.ts';
import type { Ledger } from './database.ts';
import type { ActiveLane } from './lane.ts';
import type { BroadcasterMetrics } from './metrics.ts';
import { countStates, oldestOpen } from './payments.ts';
import { createRpcs, type Rpcs } from './rpcs.ts';
import { readHead, tick } from './tick.ts';

/** How the chain was seen at the last look. */
export type ChainSight =
  | { readonly kind: 'not seen yet' }
  | { readonly kind: 'seen'; readonly head: bigint; readonly baseFee: bigint; readonly at: number }
  | { readonly kind: 'away'; readonly why: string };

/** Follows one chain for every account. */
export interface Follower {
  readonly chain: ChainConfig;
  readonly rpcs: Rpcs;
  readonly sight: () => ChainSight;
  /** Looks at once, because something new was ordered. */
  readonly wake: () => void;
  run(signal: AbortSignal): Promise<void>;
}

export interface FollowerParts {
  readonly ledger: Ledger;
  readonly metrics: BroadcasterMetrics;
  readonly log: Log;
  readonly now: () => number;
  readonly rpcTimeoutMs?: number | undefined;
}

export function createFollower(chain: ChainConfig, parts: FollowerParts): Follower {
  const { ledger, metrics, log, now } = parts;
  const rpcs = createRpcs(chain.id, chain.rpcs, chain.pollMs, parts.rpcTimeoutMs, now);
  const lanes = new Map<string, ActiveLane>();
  let sight: ChainSight = { kind: 'not seen yet' };
  let nap = new AbortController();

  /** Accounts that are imported while this runs are followed too. */
  function laneOf(account: string): ActiveLane {
    const known = lanes.get(account);
    if (known) return known;
    const lane = { ...parts, account, signer: openAccount(ledger, account), chain, rpcs, gaps: new Map(), resendAtOnce: new Set<string>() };
    lanes.set(account, lane);
    return lane;
  }

  async function look(signal: AbortSignal): Promise<void> {
    const head = await readHead(rpcs, chain);
    sight = { kind: 'seen', head: head.number, baseFee: head.baseFee, at: now() };
    metrics.baseFee(chain, head.baseFee);
    for (const { name, address } of listAccounts(ledger)) {
      await tick(laneOf(name), head, signal);
      const balance = await rpcs.ask((client) => client.getBalance({ address }));
      metrics.balance(chain, name, balance, chain.lowBalance !== undefined && balance < chain.lowBalance);
    }
  }

  function count(): void {
    const oldest = oldestOpen(ledger, chain.id);
    const usable = rpcs.states().filter(({ state }) => state === 'usable').length;
    metrics.chain(chain, { isUp: sight.kind === 'seen', rpcs: usable, waitingSeconds: oldest === undefined ? 0 : (now() - oldest) / 1000 });
    metrics.payments(chain, countStates(ledger, chain.id));
  }

  function lose(cause: unknown): void {
    const why = safeText(messageOf(cause), 400);
    if (sight.kind !== 'away' || sight.why !== why)
      log.error({ event: 'chain.away', chain: chain.id, cause: why }, 'a chain cannot be followed');
    sight = { kind: 'away', why };
  }

  return {
    chain,
    rpcs,
    sight: () => sight,
    wake: () => nap.abort(),
    async run(signal) {
      while (!signal.aborted) {
        nap = new AbortController();
        await look(signal).catch((cause: unknown) => {
          if (!signal.aborted) lose(cause);
        });
        try {
          count();
        } catch (cause) {
          lose(cause);
        }
        await sleep(chain.pollMs, AbortSignal.any([signal, nap.signal])).catch(() => undefined);
      }
    },
  };
}
