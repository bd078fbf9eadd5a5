import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { askPath, askPort } from './ask.ts';

/**
 * The probe that the engine runs inside the unit: every second while it starts, and every 30 s later. An engine older than 25
 * knows one interval only. It gets 3 s, because a stack that starts in dependency order waits one interval for each link of the chain.
 */
export function healthCheck(stack: ResolvedStack, resolved: ResolvedService): object {
  return {
    test: ['CMD', ...probeOf(stack, resolved)],
    ...(stack.placement.probesStart === true ? { interval: '30s', start_interval: '1s' } : { interval: '3s' }),
    timeout: '5s',
    retries: stack.placement.probesStart === true ? 3 : 5,
    start_period: `${resolved.service.health.startSeconds ?? 30}s`,
  };
}

function probeOf({ placement }: ResolvedStack, { name, service }: ResolvedService): readonly string[] {
  const { health } = service;
  if ('command' in health) return health.command;
  const port = service.ports[health.port];
  const number = port ? placement.listen(name, health.port, port).port : 0;
  if ('path' in health) return askPath({ via: health.via ?? 'wget', port: number, path: health.path });
  return askPort(health.via ?? 'wget', number);
}
