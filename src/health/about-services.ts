import type { CheckResult } from './check.ts';
import type { CheckContext } from './context.ts';
import type { CheckedGroup, Validation } from './validate.ts';
import { countsOf } from './validate.ts';

/**
 * What was found about these units, and which of the units that they need failed, among these the edge. Where a check could not look, or
 * somebody could not sign in to look, nothing is known of any service, so that stays.
 */
export function aboutServices(
  { groups }: Pick<Validation, 'groups'>,
  asked: readonly string[],
  { stack, units }: Pick<CheckContext, 'stack' | 'units'>,
): Validation {
  const known = new Set([...stack.services.map(({ name }) => name), ...units.map(({ service }) => service)]);
  const needed = new Set([
    stack.providers['edge']?.name,
    ...stack.services.filter(({ name }) => asked.includes(name)).flatMap(({ dependsOn }) => dependsOn),
  ]);
  const narrowed = groups
    .map((group): CheckedGroup => ({ ...group, results: group.results.filter((result) => concerns(result, group)) }))
    .filter(({ results }) => results.length > 0);
  return { groups: narrowed, counts: countsOf(narrowed) };

  /** The id of a result about a service has its name behind the first dot. */
  function concerns({ id, status }: CheckResult, group: CheckedGroup): boolean {
    const [, name = ''] = id.split('.');
    if (known.has(name)) return asked.includes(name) || (group.id === 'unit' && status === 'fail' && needed.has(name));
    return status === 'fail' || (status !== 'pass' && id !== group.id);
  }
}
