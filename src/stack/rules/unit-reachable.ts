import { contracts, reachedBy } from '../../contracts/index.ts';
import type { ResolvedService } from '../stack.ts';
import { serviceOf } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';
import { unitAddressesOf } from './unit-addresses.ts';

export const unitReachable: Rule = {
  id: 'unit-reachable',
  why: 'two units without a network in common cannot even look up each other’s name, and one that was granted nothing is turned away',
  from: 'an app shared no network with its database',
  check: (stack) =>
    unitAddressesOf(stack).flatMap(({ from, to, what, below }) => {
      if (!from.networks.some((network) => to.networks.includes(network))) {
        return [
          about(
            from.name,
            `${what} names ${to.name}, with which it has no network in common`,
            `state the need for ${to.name}: it brings the network with it`,
            ...below,
          ),
        ];
      }
      const family = serviceOf(stack, from.family) ?? from;
      return from.family === to.family || statesNeedFor(to, family)
        ? []
        : [
            about(
              from.name,
              `${what} names ${to.name}, for which its definition states no need`,
              `state the need for ${to.name}, and use the address and the credential that it grants`,
              ...below,
            ),
          ];
    }),
};

/** Whether it may ask the other by what its definition says; what grants nothing to anybody may be asked by all who find it. */
function statesNeedFor({ service: { provides = {} } }: ResolvedService, { service: { needs = {} } }: ResolvedService): boolean {
  const granted = Object.keys(provides).filter((kind) => Object.hasOwn(contracts, kind));
  const stated = Object.values(needs).flatMap((need) => [need.kind, ...reachedBy(need)]);
  return granted.length === 0 || stated.some((kind) => Object.hasOwn(provides, kind));
}
