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

function requireUnneeded(names: readonly string[], stack: ResolvedStack): void {
  const held = holdersOf(names, stack);
  if (held.size === 0) return;
  const sentences = [...held].map(
    ([name, clients]) => `${name} cannot be removed: ${listWords(clients)} ${clients.length === 1 ? 'needs' : 'need'} it`,
  );
  const all = withHolders(names, stack);
  throw new DatamancyError('E_SERVICE_NEEDED', sentences.join('; '), {
    fix: `remove ${all.length - names.length === 1 ? 'that' : 'those'} too: datamancy remove ${all.join(' ')}`,
  });
}

/** Of each of these services the others that cannot do without it. */
function holdersOf(names: readonly string[], { grants, services }: ResolvedStack): ReadonlyMap<string, readonly string[]> {
  const needs = new Map(services.map(({ name, service }) => [name, service.needs ?? {}]));
  const held = grants.filter(
    ({ client, provider, key }) => names.includes(provider) && !names.includes(client) && needs.get(client)?.[key]?.optional !== true,
  );
  const clients = groupBy(held, ({ provider }) => provider);
  return new Map([...clients].map(([name, holders]) => [name, [...new Set(holders.map(({ client }) => client))]]));
}

/** With these, all that cannot do without them, and in turn without those. */
function withHolders(names: readonly string[], stack: ResolvedStack): readonly string[] {
  const held = [...holdersOf(names, stack).values()].flat();
  return held.length === 0 ? names : withHolders([...new Set([...names, ...held])], stack);
}
