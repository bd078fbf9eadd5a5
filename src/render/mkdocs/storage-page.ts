import { contracts } from '../../contracts/index.ts';
import type { Volume } from '../../service/index.ts';
import { withoutWorkers } from '../../stack/stack.ts';
import type { ResolvedStack } from '../../stack/stack.ts';
import { projectName } from '../project.ts';
import { volumeName } from '../volume-name.ts';
import type { Markdown } from './markdown.ts';
import { code, pageOf, section, table, words } from './markdown.ts';

/** What is on disk, what of it belongs into a backup, and whose data lies with another service. */
export function storagePage(stack: ResolvedStack): Markdown {
  const volumes = volumesOf(stack);
  const kept = volumes.filter(({ backup }) => typeof backup === 'string');
  return [
    '# Volumes and backups',
    '',
    'Each volume is declared with a decision about its backup. This page is that decision; making the copies is up to you.',
    '',
    ...section(
      'What belongs into a backup',
      table(
        ['Volume', 'Of', 'Holds', 'How often'],
        kept.map(({ id, name, role, backup }) => [code(id), pageOf({ name }, 'services/'), role, backupWords(backup)]),
      ),
      'No volume: nothing here is lost for good.',
    ),
    ...section(
      'What is left out, and why',
      table(
        ['Volume', 'Of', 'Holds', 'Why'],
        volumes.flatMap(({ id, name, role, backup }) =>
          typeof backup === 'string' ? [] : [[code(id), pageOf({ name }, 'services/'), role, words(backup.skip)]],
        ),
      ),
    ),
    ...section(
      'Whose data lies with another service',
      table(
        ['Service', 'Keeps data in'],
        withoutWorkers(stack).flatMap(({ name, grants }) => {
          const stores = grants.filter(({ kind, provider }) => provider !== '' && contracts[kind]?.network === 'data');
          const providers = [...new Set(stores.map(({ provider }) => provider))];
          return providers.length === 0
            ? []
            : [[pageOf({ name }, 'services/'), providers.map((provider) => pageOf({ name: provider }, 'services/')).join(', ')]];
        }),
      ),
    ),
  ];
}

export interface VolumeOfStack extends Volume {
  /** As the engine knows it. */
  readonly id: string;
  /** Of the service. */
  readonly name: string;
}

/** Every volume of the cluster, sorted by the name that the engine has for it. */
export function volumesOf(stack: ResolvedStack): readonly VolumeOfStack[] {
  return withoutWorkers(stack)
    .flatMap(({ name, service }) =>
      Object.entries(service.volumes ?? {}).map(([volume, parts]) => ({
        ...parts,
        id: `${projectName(stack)}_${volumeName(name, volume)}`,
        name,
      })),
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export function backupWords(backup: Volume['backup']): string {
  return typeof backup === 'string' ? backup : `none: ${words(backup.skip)}`;
}
