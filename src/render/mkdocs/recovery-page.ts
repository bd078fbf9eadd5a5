import { groupBy } from '../../stack/group-by.ts';
import type { ResolvedStack } from '../../stack/stack.ts';
import { portRows } from './addresses-page.ts';
import type { Markdown } from './markdown.ts';
import { code, section, table, words } from './markdown.ts';
import { backupWords, volumesOf } from './storage-page.ts';

/** One page to print: all that it takes to have this cluster again on an empty machine. */
export function recoveryPage(stack: ResolvedStack): Markdown {
  const { name, domain, declaration } = stack;
  const kept = volumesOf(stack).filter(({ backup }) => typeof backup === 'string');
  const hosts = stack.services.flatMap(({ host }) => (host === undefined ? [] : [host])).toSorted();
  return [
    '# Recovery card',
    '',
    `How to have the cluster ${code(name)} at ${code(domain)} again when its machine is gone.`,
    'Print this page and keep it where the machine is not.',
    '',
    ...section(
      'What you need',
      table(
        ['What', 'Where it is', 'Without it'],
        [
          [
            'The age key',
            '`.datamancy/age.key`, or where `DATAMANCY_AGE_KEY_FILE` points',
            'no secret and no encrypted data can be read again',
          ],
          [
            '`secrets.yaml`',
            'beside `cluster.yaml`; encrypted, so it may lie anywhere',
            'every password is a new one, and encrypted data is lost',
          ],
          [
            '`cluster.yaml`; `images.lock` and `services/*.ts` where there are any',
            'the folder of the cluster; best in git',
            'nobody knows what ran here',
          ],
          ['Datamancy', 'the same version or a newer one', 'nothing starts'],
          ['Copies of the volumes', 'wherever you keep backups; the list is below', 'the apps start empty'],
        ],
      ),
    ),
    ...section('Steps on an empty machine', steps(stack, kept.length > 0)),
    ...section(
      'Volumes to put back',
      table(
        ['Copied', 'Volumes'],
        [...groupBy(kept, ({ backup }) => backupWords(backup))].map(([often, volumes]) => [
          often,
          volumes.map(({ id }) => code(id)).join(', '),
        ]),
      ),
    ),
    ...section('Names that must lead to the machine', [hosts.map(code).join(', ') || 'none', '']),
    ...section(
      'Ports that must reach it',
      table(
        ['Port', 'Bound to', 'Leads to'],
        portRows(stack).map(([port = '', bound = '', unit = '']) => [port, bound, unit.replace(/^\[(?<link>.*)\]\(.*$/, '$<link>')]),
      ),
    ),
    ...section(
      'Who to ask',
      table(
        ['For', 'Address'],
        [
          [`The cluster: ${code(declaration.admin.name)}`, words(declaration.admin.email)],
          ...(declaration.tls === 'internal' ? [] : [['Certificates', words(declaration.tls.acme.email)]]),
          ...(declaration.mail ? [['Mail goes out through', code(`${declaration.mail.host}:${declaration.mail.port}`)]] : []),
        ],
      ),
    ),
  ];
}

function steps({ declaration }: ResolvedStack, hasVolumes: boolean): Markdown {
  const all = [
    'Install Debian with Node 20.19 or newer, put the program on it, and go into its folder.',
    'Put `cluster.yaml`, `secrets.yaml` and what lay beside them into the folder `cluster` in that of the program.',
    'Put the age key to `cluster/.datamancy/age.key`, and let nobody else read it: `chmod 600 cluster/.datamancy/age.key`.',
    'Let the names below lead to the machine, and the ports reach it.',
    '`npm start` installs the engine and brings everything up, with the secrets that it had.',
    ...(hasVolumes
      ? [
          '`datamancy down` stops everything and keeps the volumes, which are new. Empty them, and put the copies into those of the same names with their owners and modes: Datamancy does not do this for you yet.',
          '`datamancy up` starts everything with its data.',
        ]
      : []),
    '`datamancy validate` proves that it works, and `datamancy validate --access` that nobody else gets in.',
    ...(declaration.tls === 'internal'
      ? [
          'Browsers that trusted the authority of this cluster go on to: it lies in `secrets.yaml`. `datamancy trust` prints it for new ones.',
        ]
      : []),
  ];
  return [...all.map((step, i) => `${i + 1}. ${step}`), ''];
}
