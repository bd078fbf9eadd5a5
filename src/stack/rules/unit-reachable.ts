import type { Rule } from './rule.ts';
import { about } from './rule.ts';
import { unitAddressesOf } from './unit-addresses.ts';

export const unitReachable: Rule = {
  id: 'unit-reachable',
  why: 'two units without a network in common cannot even look up each other’s name',
  from: 'an app shared no network with its database',
  check: (stack) =>
    unitAddressesOf(stack)
      .filter(({ from, to }) => !from.networks.some((network) => to.networks.includes(network)))
      .map(({ from, to, what, below }) =>
        about(
          from.name,
          `${what} names ${to.name}, with which it has no network in common`,
          `state the need for ${to.name}: it brings the network with it`,
          ...below,
        ),
      ),
};
