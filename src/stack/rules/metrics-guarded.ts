import type { ResolvedService } from '../stack.ts';
import { isWithin } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const metricsGuarded: Rule = {
  id: 'metrics-guarded',
  why: 'figures tell strangers who uses the service and when, and which version runs',
  check: ({ services }) =>
    services.flatMap((one) =>
      leaksFigures(one)
        ? [
            about(
              one.name,
              `anyone can read its figures at ${one.service.metrics?.path ?? ''}`,
              'serve them on a port of their own, or make the path that is let through narrower',
            ),
          ]
        : [],
    ),
};

/** The edge answers for the path itself where it does not ask who comes; what it lets pass unasked it cannot. */
function leaksFigures({ service: { metrics, route }, access, routed }: ResolvedService): boolean {
  if (!metrics) return false;
  const bypasses = access?.kind === 'edge' && metrics.port === route?.port ? access.bypass.map(({ path }) => path) : [];
  const worker = routed?.port === metrics.port ? routed.paths : [];
  return (
    bypasses.some((path) => isWithin(metrics.path, path)) ||
    worker.some((path) => (path.endsWith('*') ? metrics.path.startsWith(path.slice(0, -1)) : metrics.path === path))
  );
}
