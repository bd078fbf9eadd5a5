import { nearest } from '../nearest.ts';
import type { Service } from '../../service/index.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

export const healthPortListens: Rule = {
  id: 'health-port-listens',
  why: 'a check, a route or a scrape of a port on which nothing listens fails for ever, while the service is well',
  from: 'a healthcheck asked port 8097, and the service listened on 8098',
  check: ({ services }) => services.flatMap(({ service }) => [...missingPorts(service), ...routeIsHttp(service)]),
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
