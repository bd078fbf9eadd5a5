import { hasFixedDoor, isGuarded, ownerOf } from '../door.ts';
import type { ResolvedService, ResolvedStack } from '../stack.ts';
import { serviceOf } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const identityFromEdge: Rule = {
  id: 'identity-from-edge',
  why: 'whoever reaches it past the edge says that he is anybody, also its administrator, and is believed',
  from: 'every app could sign in to the mail server as its administrator',
  check: (stack) =>
    stack.services.flatMap((unit) => {
      const main = serviceOf(stack, unit.family);
      if (!main || !isGuarded(main) || (unit === main && hasFixedDoor(main))) return [];
      return unit.networks
        .filter((network) => ownerOf(network) !== main.name)
        .flatMap((network) => {
          const strangers = strangersOn(network, unit, stack);
          return strangers.length === 0
            ? []
            : [
                about(
                  unit.name,
                  `it believes what a request says about who asks, and ${strangers.join(', ')} can reach it on ${network}`,
                  'let it provide nothing to others; or say in its access under `door` why they may, and let it believe only addresses of `here.door`',
                ),
              ];
        });
    }),
};

function strangersOn(
  network: ResolvedService['networks'][number],
  { family }: ResolvedService,
  { services }: ResolvedStack,
): readonly string[] {
  return services.filter((one) => one.family !== family && one.networks.includes(network)).map(({ name }) => name);
}
