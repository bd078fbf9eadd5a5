import type { Value } from '../../service/index.ts';
import { literalsOf } from './literals.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const loopback = /(?:^|[^\w.-])(?:localhost|127\.0\.0\.1|\[::1\]):(?<port>\d{1,5})(?!\d)/g;

export const loopbackAddress: Rule = {
  id: 'loopback-address',
  why: 'inside a container localhost is the container itself, so the address leads nowhere',
  from: 'a job asked localhost for what ran in another container, and waited for ever',
  check: ({ services, placement }) => {
    if (placement.runtime === 'process') return [];
    const listeners = new Map(services.flatMap(({ name, service }) => Object.values(service.ports).map(({ number }) => [number, name])));
    return services.flatMap(({ name, service, env }) => {
      const own = new Set(Object.values(service.ports).map(({ number }) => number));
      return Object.entries(env).flatMap(([variable, value]) =>
        portsIn(value)
          .filter((port) => !own.has(port))
          .flatMap((port) => {
            const other = listeners.get(port);
            return other === undefined
              ? []
              : [
                  about(
                    name,
                    `its variable ${variable} names port ${port} of its own loopback, where nothing listens`,
                    `if ${other} is meant, state the need for it and use the granted address`,
                    'env',
                    variable,
                  ),
                ];
          }),
      );
    });
  },
};

function portsIn(value: Value): readonly number[] {
  return literalsOf(value).flatMap((literal) => [...literal.matchAll(loopback)].map(({ groups }) => Number(groups?.['port'])));
}
