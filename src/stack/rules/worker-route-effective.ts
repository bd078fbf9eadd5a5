import type { ResolvedService } from '../stack.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

/** Whole segments, and at the end perhaps a star. */
const plain = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+(?:\/?\*)?$/;

export const workerRouteEffective: Rule = {
  id: 'worker-route-effective',
  why: 'what should go to the worker would go to the service, which answers that it knows no such page',
  check: ({ services }) =>
    services
      .filter(({ routed }) => routed)
      .flatMap((one): readonly Found[] => {
        const parent = services.find(({ name }) => name === one.family);
        return [...portOf(one), ...(parent ? hostOf(one, parent) : []), ...pathsOf(one)];
      }),
};

function portOf({ name, service, routed }: ResolvedService): readonly Found[] {
  const port = routed && Object.hasOwn(service.ports, routed.port) ? service.ports[routed.port] : undefined;
  if (port?.protocol === 'http') return [];
  const known = Object.keys(service.ports).join(', ') || 'none';
  return [
    about(name, `its route leads to ${JSON.stringify(routed?.port)}, which is no http port of it`, `name one of its ports (${known})`),
  ];
}

function hostOf({ name, family }: ResolvedService, { service }: ResolvedService): readonly Found[] {
  return service.route ? [] : [about(name, `its paths are those of ${family}, which has no route`, `give ${family} a route`)];
}

function pathsOf({ name, routed }: ResolvedService): readonly Found[] {
  return (routed?.paths ?? [])
    .filter((path) => !plain.test(path))
    .map((path) => about(name, `${JSON.stringify(path)} is no plain path below the root`, 'write one such as /api/v1/streaming*'));
}
