import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { ChainConfig } from './config.ts';
import { type PaymentState, paymentStates, type Variant } from './payment.ts';
import type { SendOutcome } from './rpcs.ts';

type Chain = Pick<ChainConfig, 'name'>;

/** What the broadcaster counts about itself; the label `chain` is the owner's name of it. */
export interface BroadcasterMetrics {
  readonly registry: Registry;
  sent(chain: Chain, result: SendOutcome['kind']): void;
  replaced(chain: Chain, purpose: Variant['purpose']): void;
  reorganised(chain: Chain): void;
  ended(chain: Chain, state: PaymentState): void;
  /** `isUp` where the last look worked, `rpcs` is how many answer, `waitingSeconds` the age of the payment that has waited longest. */
  chain(chain: Chain, seen: { readonly isUp: boolean; readonly rpcs: number; readonly waitingSeconds: number }): void;
  baseFee(chain: Chain, wei: bigint): void;
  balance(chain: Chain, account: string, wei: bigint, isLow: boolean): void;
  /** How many payments are in each state; those that are not named have none. */
  payments(chain: Chain, counts: ReadonlyMap<string, number>): void;
  /** Counts from 0 for these chains, so that an alert sees a first event. */
  begin(chains: readonly Chain[]): void;
}

export function createBroadcasterMetrics(): BroadcasterMetrics {
  const registry = new Registry();
  const counter = (name: string, help: string, label: string): Counter =>
    new Counter({ name: `evm_broadcaster_${name}`, help, labelNames: ['chain', label], registers: [registry] });
  const gauge = (name: string, help: string, ...labels: readonly string[]): Gauge =>
    new Gauge({ name: `evm_broadcaster_${name}`, help, labelNames: ['chain', ...labels], registers: [registry] });
  const sendings = counter('sendings_total', 'Signed transactions sent, by what the RPCs said.', 'result');
  const replacements = counter('replacements_total', 'Transactions replaced by dearer ones, by purpose.', 'purpose');
  const ends = counter('payments_ended_total', 'Payments that came to an end, by state.', 'state');
  const reorganisations = new Counter({
    name: 'evm_broadcaster_reorganisations_total',
    help: 'Payments that left the block they were in.',
    labelNames: ['chain'],
    registers: [registry],
  });
  const gauges = {
    up: gauge('chain_up', '1 while the chain can be followed.'),
    rpcs: gauge('rpcs_usable', 'RPCs that answer and are of the right chain.'),
    waiting: gauge('waiting_seconds', 'Age of the payment that has waited longest for a block.'),
    baseFee: gauge('base_fee_gwei', 'Base fee of the newest block.'),
    balance: gauge('balance_coins', 'Balance of an account in whole coins, roughly.', 'account'),
    low: gauge('balance_low', '1 while an account has less than the owner wants.', 'account'),
    payments: gauge('payments', 'Payments, by state.', 'state'),
  };
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    sent: ({ name }, result) => sendings.inc({ chain: name, result }),
    replaced: ({ name }, purpose) => replacements.inc({ chain: name, purpose }),
    reorganised: ({ name }) => reorganisations.inc({ chain: name }),
    ended: ({ name }, state) => ends.inc({ chain: name, state }),
    chain({ name }, { isUp, rpcs, waitingSeconds }) {
      gauges.up.set({ chain: name }, isUp ? 1 : 0);
      gauges.rpcs.set({ chain: name }, rpcs);
      gauges.waiting.set({ chain: name }, waitingSeconds);
    },
    baseFee: ({ name }, wei) => gauges.baseFee.set({ chain: name }, Number(wei) / 1e9),
    balance({ name }, account, wei, isLow) {
      gauges.balance.set({ chain: name, account }, Number(wei) / 1e18);
      gauges.low.set({ chain: name, account }, isLow ? 1 : 0);
    },
    payments({ name }, counts) {
      for (const state of paymentStates) gauges.payments.set({ chain: name, state }, counts.get(state) ?? 0);
    },
    begin(chains) {
      for (const { name: chain } of chains) {
        reorganisations.inc({ chain }, 0);
        for (const state of paymentStates) ends.inc({ chain, state }, 0);
        for (const result of ['accepted', 'refused', 'away']) sendings.inc({ chain, result }, 0);
        for (const purpose of ['pay', 'cancel']) replacements.inc({ chain, purpose }, 0);
      }
    },
  };
}
