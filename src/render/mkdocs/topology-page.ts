import { serviceOf, withoutWorkers } from '../../stack/stack.ts';
import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import { byCategory } from '../categories.ts';
import type { Markdown } from './markdown.ts';
import { pageOf, table } from './markdown.ts';
import { networksPicture } from './networks-picture.ts';

/** Which unit is on which network, in one picture, and what starts after what. */
export function topologyPage(stack: ResolvedStack): Markdown {
  const [waiting, ready] = [stack.services.filter(isWaiting), stack.services.filter((one) => !isWaiting(one))];
  const unitsOf = ({ name }: { readonly name: string }) => stack.services.filter(({ family }) => family === name);
  return [
    '# Topology',
    '',
    'Each line is a network and each dot a unit on it: whoever has a dot on a line can reach every other dot of the same line. A dot under',
    '`doors` stands for a network of its own, on which are that unit and the edge alone; one under `apart` for one on which such a unit meets',
    'what it needs, and none of the others that need it too. [Who can reach what](reach.md) says it in words.',
    '',
    networksPicture(byCategory(withoutWorkers(stack)), unitsOf),
    '',
    '## What starts after what',
    '',
    `At once: ${ready.map((one) => pageOf(one, 'services/')).join(', ')}.`,
    '',
    ...table(
      ['Unit', 'Starts as soon as these are ready'],
      waiting.map((one) => [
        pageOf(one, 'services/'),
        one.dependsOn.map((name) => pageOf(serviceOf(stack, name) ?? { name }, 'services/')).join(', '),
      ]),
    ),
  ];
}

function isWaiting({ dependsOn }: ResolvedService): boolean {
  return dependsOn.length > 0;
}
