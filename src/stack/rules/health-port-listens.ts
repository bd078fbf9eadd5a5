import { listWords, nearest } from '../nearest.ts';
import type { Service } from '../../service/index.ts';
import type { ResolvedService } from '../stack.ts';
import { callsOf } from './calls.ts';
import { loopbackPortsOf, programThatGuesses } from './loopback-calls.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

export const healthPortListens: Rule = {
  id: 'health-port-listens',
  why: 'a check, a route or a scrape of a port on which nothing listens fails for ever, while the service is well',
  from: 'a healthcheck asked port 8097, and the service listened on 8098',
  check: ({ services, placement }) =>
    services.flatMap((one) => [
      ...missingPorts(one.service),
      ...routeIsHttp(one.service),
      ...(placement.runtime === 'process' ? [] : deafCalls(one)),
    ]),
};

function missingPorts({ name, ports, health, metrics, route, publish, provides, smoke }: Service): readonly Found[] {
  const named = [
    ...('port' in health ? [{ by: 'its health check', port: health.port }] : []),
    ...(metrics ? [{ by: 'its metrics', port: metrics.port }] : []),
    ...(route ? [{ by: 'its route', port: route.port }] : []),
    ...(smoke && 'path' in smoke && smoke.port !== undefined ? [{ by: 'its smoke test', port: smoke.port }] : []),
    ...(publish ?? []).map((port) => ({ by: 'publish', port })),
    ...Object.entries(provides ?? {}).map(([kind, { port }]) => ({ by: `what it provides as ${kind}`, port: port ?? '' })),
  ];
  return named
    .filter(({ port }) => !Object.hasOwn(ports, port))
    .map(({ by, port }) => {
      const meant = nearest(port, Object.keys(ports));
      const known = Object.keys(ports).join(', ') || 'none';
      const fix = meant === undefined ? `name one of its ports (${known}), or declare this one` : `name the port ${meant}`;
      return about(name, `${by} names the port ${JSON.stringify(port)}, which it does not have`, fix);
    });
}

function routeIsHttp({ name, ports, route }: Service): readonly Found[] {
  const port = route && Object.hasOwn(ports, route.port) ? ports[route.port] : undefined;
  if (!route || !port || port.protocol === 'http') return [];
  return [about(name, `its route leads to ${route.port}, which speaks ${port.protocol}`, 'route to an http port, or publish this one')];
}

/** Commands that ask the unit itself where it does not listen, or may not. */
function deafCalls(one: ResolvedService): readonly Found[] {
  const own = Object.values(one.service.ports).map(({ number }) => number);
  return callsOf(one)
    .filter(({ kind }) => kind === 'health' || kind === 'smoke' || kind === 'setup')
    .flatMap((call) => {
      const port = loopbackPortsOf(call).find((asked) => !own.includes(asked));
      if (port !== undefined) {
        const meant = own.length === 0 ? '' : `ask port ${listWords(own.map(String), 'or')}, or `;
        return [
          about(one.name, `${call.what} asks itself on port ${port}, where it does not listen`, `${meant}declare ${port} under ports`),
        ];
      }
      const program = programThatGuesses(call);
      return program === undefined
        ? []
        : [
            about(
              one.name,
              `${call.what} asks localhost with ${program}, which tries ::1 alone in images such as Alpine’s`,
              'write 127.0.0.1',
            ),
          ];
    });
}
