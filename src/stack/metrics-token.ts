import type { Secret } from '../service/index.ts';
import type { ResolvedService } from './stack.ts';

/** The secret that opens the figures of a service, for who collects them; undefined where they are given without one. */
export function metricsTokenOf({ name, service }: Pick<ResolvedService, 'name' | 'service'>): Secret | undefined {
  const token = service.metrics?.token;
  return token === undefined ? undefined : { kind: 'secret', id: `${name}.${token}` };
}
