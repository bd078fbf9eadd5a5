import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** Where a machine itself listens, and what for. */
const reserved: Readonly<Record<string, string>> = {
  '22/tcp': 'people sign in at the machine',
  '111/tcp': 'the machine tells which of its services listen where',
  '2375/tcp': 'the engine is told what to do',
  '2376/tcp': 'the engine is told what to do',
  '2377/tcp': 'the engines of a swarm talk to each other',
  '4789/udp': 'the engines of a swarm talk to each other',
  '5353/udp': 'names of the local network are looked up',
  '7946/tcp': 'the engines of a swarm talk to each other',
  '7946/udp': 'the engines of a swarm talk to each other',
};

export const publishReserved: Rule = {
  id: 'publish-reserved',
  why: 'the machine listens there itself, so the service would not start, or lock its owner out',
  check: ({ services }) =>
    services.flatMap(({ name, service }) =>
      (service.publish ?? []).flatMap((portName) => {
        const port = Object.hasOwn(service.ports, portName) ? service.ports[portName] : undefined;
        const key = port ? `${port.number}/${port.protocol === 'udp' ? 'udp' : 'tcp'}` : '';
        return Object.hasOwn(reserved, key)
          ? [about(name, `it wants port ${key} of this machine, where ${reserved[key] ?? ''}`, 'let it listen on another number')]
          : [];
      }),
    ),
};
