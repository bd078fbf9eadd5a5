import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** What the gateway counts about itself. */
export interface GatewayMetrics {
  readonly registry: Registry;
  /** `result` is decided, dry-run, or the code of a refusal; the repeat of a key is no decision. */
  decided(result: string): void;
  refusedToken(code: string): void;
  waiting(transfers: number): void;
  halted(isHalted: boolean): void;
  up(isUp: boolean): void;
}

export function createGatewayMetrics(): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const decisions = new Counter({
    name: 'tx_gateway_decisions_total',
    help: 'Requests for transfers, by decision.',
    labelNames: ['result'],
    registers,
  });
  const tokens = new Counter({
    name: 'tx_gateway_tokens_refused_total',
    help: 'Bearer tokens refused, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const waiting = new Gauge({ name: 'tx_gateway_waiting', help: 'Transfers that the broadcaster has not taken yet.', registers });
  const halted = new Gauge({ name: 'tx_gateway_halted', help: '1 while an administrator has stopped all transfers.', registers });
  const up = new Gauge({ name: 'tx_gateway_broadcaster_up', help: '1 while the broadcaster can be used.', registers });
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    decided: (result) => decisions.inc({ result }),
    refusedToken: (reason) => tokens.inc({ reason }),
    waiting: (transfers) => waiting.set(transfers),
    halted: (isHalted) => halted.set(isHalted ? 1 : 0),
    up: (isUp) => up.set(isUp ? 1 : 0),
  };
}
