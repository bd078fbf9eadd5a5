import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';
import { publishedPorts } from '../published-ports.ts';
import { whoMayEnter } from './access-words.ts';
import type { Markdown } from './markdown.ts';
import { code, pageOf, section, table, words } from './markdown.ts';

/** Names that people and programs outside use, and the ports of the machine on which something listens. */
export function addressesPage(stack: ResolvedStack): Markdown {
  return [
    '# Addresses and ports',
    '',
    ...section(
      'Addresses',
      table(
        ['Address', 'Leads to', 'Who may enter'],
        stack.services.flatMap((one) => (one.host === undefined ? [] : [[`<${one.url}>`, targetsOf(stack, one), whoMayEnter(one)]])),
      ),
      'None.',
    ),
    ...section(
      'Ports of the machine',
      table(['Port', 'Bound to', 'Leads to'], portRows(stack)),
      'None: nothing here is reached from outside.',
    ),
    ...seenOfTheMachine(stack),
  ];
}

/** Its own port, and the paths that its workers answer. */
function targetsOf({ services }: ResolvedStack, { name, service }: ResolvedService): string {
  const workers = services.flatMap((one) =>
    one.family === name && one.routed ? [`${one.routed.paths.map(code).join(', ')} to ${code(one.name)}`] : [],
  );
  return [pageOf({ name }, 'services/'), `port ${service.ports[service.route?.port ?? '']?.number ?? '–'}`, ...workers].join(', ');
}

/** Every port of the machine on which a unit listens. */
export function portRows(stack: ResolvedStack): readonly (readonly string[])[] {
  return stack.services.flatMap((one) =>
    publishedPorts(stack, one).map(({ host_ip, published, protocol }) => [
      code(`${published}/${protocol}`),
      code(host_ip),
      pageOf(one, 'services/'),
    ]),
  );
}

function seenOfTheMachine({ services }: ResolvedStack): Markdown {
  return section(
    'What is seen of the machine',
    table(
      ['Unit', 'Path', 'Why', 'It may'],
      services.flatMap((one) =>
        (one.service.hostPaths ?? []).map(({ path, reason, writable }) => [
          pageOf(one, 'services/'),
          code(path),
          words(reason),
          writable === undefined ? 'read' : `write: ${words(writable)}`,
        ]),
      ),
    ),
  );
}
