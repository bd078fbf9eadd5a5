import type { FinalContent, Volume } from '../service/index.ts';
import { json } from '../service/index.ts';
import { withoutWorkers } from '../stack/stack.ts';
import type { ResolvedStack } from '../stack/stack.ts';

const hour = 3600;

/**
 * What was decided about each volume, as Kopia's policy for the source `<service>@volumes.<cluster>:/<volume>`: how often a copy is due, and
 * which are kept of those that the policy of all sources keeps. The server looks for paths of its own host itself, so this is another one:
 * it shows these sources and whether they have copies, and leaves making them to others.
 * https://kopia.io/docs/reference/command-line/common/policy-import/
 */
export function renderKopiaPolicies(stack: ResolvedStack): FinalContent {
  const policies = withoutWorkers(stack).flatMap(({ name, service }) =>
    Object.entries(service.volumes ?? {}).map(([volume, { backup }]) => [`${name}@volumes.${stack.name}:/${volume}`, policyOf(backup)]),
  );
  return json(Object.fromEntries(policies));
}

/** Copies that come less often fill no hours, and no days. */
function policyOf(backup: Volume['backup']): object {
  switch (backup) {
    case 'hourly':
      return { scheduling: { intervalSeconds: hour } };
    case 'daily':
      return { retention: { keepHourly: 0 }, scheduling: { intervalSeconds: 24 * hour } };
    case 'weekly':
      return { retention: { keepHourly: 0, keepDaily: 0 }, scheduling: { intervalSeconds: 7 * 24 * hour } };
    default:
      return { scheduling: { manual: true } };
  }
}
