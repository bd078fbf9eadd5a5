import { groupBy } from '../../stack/group-by.ts';
import { serviceOf } from '../../stack/stack.ts';
import type { NetworkName, ResolvedStack } from '../../stack/stack.ts';
import { isInternal } from '../project.ts';
import type { Connection } from './connections.ts';
import { neighboursOf } from './connections.ts';
import type { Markdown } from './markdown.ts';
import { code, pageOf, section, table, words } from './markdown.ts';

/** Which unit can open a connection to which other, and which of these connections anything asks for. */
export function reachPage(stack: ResolvedStack, connections: readonly Connection[]): Markdown {
  const asked = groupBy(connections, ({ from }) => from);
  return [
    '# Who can reach what',
    '',
    'Units that share a network can open connections to each other, and to nobody else; what they are given there is a matter of names',
    'and passwords. A network without a way out leads to no other machine.',
    '',
    ...section(
      'Networks',
      table(
        ['Network', 'Way out', 'Who is on it'],
        networksOf(stack).map((network) => [
          code(network),
          isInternal(network) ? 'no' : 'yes',
          stack.services
            .filter(({ networks }) => networks.includes(network))
            .map((one) => pageOf(one, 'services/'))
            .join(', '),
        ]),
      ),
    ),
    ...section(
      'Unit by unit',
      table(
        ['Unit', 'Connects to', 'Could also reach'],
        stack.services.map((one) => {
          const own = asked.get(one.name) ?? [];
          const others = neighboursOf(stack, one).filter(({ name }) => !own.some(({ to }) => to === name));
          return [
            pageOf(one, 'services/'),
            connectsTo(own).join(', ') || 'nobody',
            others.length > few
              ? `${others.length} others on ${one.networks.map(code).join(', ')}`
              : others.map(({ name }) => code(name)).join(', ') || 'nobody',
          ];
        }),
      ),
    ),
  ];

  /** Each reason once, after all that it leads to. */
  function connectsTo(own: readonly Connection[]): readonly string[] {
    const byReason = groupBy(own, ({ whys }) => whys.join(', '));
    return [...byReason].map(
      ([why, to]) => `${to.map((one) => pageOf(serviceOf(stack, one.to) ?? { name: one.to }, 'services/')).join(', ')} (${words(why)})`,
    );
  }
}

const few = 8;

function networksOf({ services }: ResolvedStack): readonly NetworkName[] {
  return [...new Set(services.flatMap(({ networks }) => networks))].toSorted();
}
