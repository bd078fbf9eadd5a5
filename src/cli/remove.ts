import { DatamancyError } from '../kit/errors.ts';
import { groupBy } from '../stack/group-by.ts';
import { listWords } from '../stack/nearest.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import type { ChangeOptions } from './change-services.ts';
import { changeServices, requireKnown } from './change-services.ts';
import { loadCluster } from './cluster.ts';
import { commandFor } from './command.ts';
import { editServices } from './edit-services.ts';
import { printJson } from './output.ts';

/** Takes services out of cluster.yaml; E_SERVICE_NEEDED where another stands on one. Their data stays. */
export async function remove(options: ChangeOptions, given: readonly string[]): Promise<number> {
  const names = [...new Set(given)];
  const after = await changeServices('remove', options, async ({ text, declaration, stack }) => {
    const chosen = Object.keys(declaration.services);
    requireKnown(names, chosen, 'this cluster has no service', `it has: ${chosen.toSorted().join(', ') || 'none'}`);
    if (stack) requireUnneeded(names, stack);
    const edited = editServices(text, { remove: names });
    const left = Object.keys((await loadCluster(options.cluster, edited)).declaration?.services ?? {});
    return editServices(edited, { leaveOut: names.filter((name) => left.includes(name)) });
  });
  if (!after) return 1;
  if (options.json) printJson({ removed: names, problems: after.problems });
  else
    console.log(
      `removed ${listWords(names, 'and', names.length)}; stop ${names.length === 1 ? 'it' : 'them'} with: ${commandFor(after.folder.root, 'up')} (data stays)`,
    );
  return 0;
}

function requireUnneeded(names: readonly string[], { grants, services }: ResolvedStack): void {
  const needs = new Map(services.map(({ name, service }) => [name, service.needs ?? {}]));
  const held = grants.filter(
    ({ client, provider, key }) => names.includes(provider) && !names.includes(client) && needs.get(client)?.[key]?.optional !== true,
  );
  for (const [name, holders] of groupBy(held, ({ provider }) => provider)) {
    const clients = [...new Set(holders.map(({ client }) => client))];
    throw new DatamancyError(
      'E_SERVICE_NEEDED',
      `${name} cannot be removed: ${listWords(clients)} ${clients.length === 1 ? 'needs' : 'need'} it`,
      {
        fix: `remove ${clients.length === 1 ? 'that' : 'those'} too: datamancy remove ${[name, ...clients].join(' ')}`,
      },
    );
  }
}
