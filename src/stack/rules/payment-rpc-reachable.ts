import type { Rule } from './rule.ts';
import { aboutPayments } from './rule.ts';

/** As `URL` writes them: 127.0.0.1 as an address of IPv6 is ::ffff:7f00:1. A connection to no address goes to the machine itself too. */
const loopback = /^(?:(?:.*\.)?localhost\.?|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:(?:7f[\da-f]{2}:[\da-f]{1,4}|0:0)\])$/;

export const paymentRpcReachable: Rule = {
  id: 'payment-rpc-reachable',
  why: 'inside a container localhost is the container itself, so nothing would answer there and nothing would be paid',
  check: ({ declaration: { payments }, placement }) =>
    placement.runtime === 'process'
      ? []
      : Object.entries(payments?.chains ?? {}).flatMap(([name, { rpcs }]) =>
          rpcs.flatMap((rpc, i) => {
            const { hostname } = new URL(rpc);
            if (!loopback.test(hostname)) return [];
            const fix = 'write the address that this machine has in its network, and let the node listen there';
            return [aboutPayments(`${hostname} is the container itself, where no node runs`, fix, 'chains', name, 'rpcs', String(i))];
          }),
        ),
};
