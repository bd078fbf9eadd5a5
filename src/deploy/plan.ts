import type { Change, Unit } from '../runtime/runtime.ts';
import { diff } from '../runtime/runtime.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import { driftOf } from './drift.ts';
import type { StoredRelease } from './release.ts';
import { editedFiles } from './release.ts';

/** A change, or something that is not as declared although no definition changed. */
export type PlannedChange = Pick<Change, 'service' | 'reason'> & { readonly kind: Change['kind'] | 'drift' };

/** Everything that separates what runs from what is declared. */
export async function planChanges(stack: ResolvedStack, release: StoredRelease, units: readonly Unit[]): Promise<readonly PlannedChange[]> {
  const changes = diff(release, units);
  const changed = new Set(changes.map(({ service }) => service));
  const drifted = (await driftByService(stack, release, units)).filter(({ service }) => !changed.has(service));
  return [...changes, ...drifted.map(({ service, reason }): PlannedChange => ({ kind: 'drift', service, reason }))];
}

/** Units and files that somebody changed by hand. */
export async function driftByService(
  stack: ResolvedStack,
  release: StoredRelease,
  units: readonly Unit[],
): Promise<readonly { readonly service: string; readonly reason: string }[]> {
  const byName = new Map(units.map((unit) => [unit.service, unit]));
  const changedUnits = stack.services.flatMap((service) => {
    const unit = byName.get(service.name);
    return unit ? driftOf(stack, service, unit).map((reason) => ({ service: service.name, reason })) : [];
  });
  const edited = (await editedFiles(release)).map((path) => ({
    service: path.split('/')[0] ?? '',
    reason: `${path} was edited after it was rendered`,
  }));
  return [...changedUnits, ...edited];
}
