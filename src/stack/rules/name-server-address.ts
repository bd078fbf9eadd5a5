import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const nameServerAddress: Rule = {
  id: 'name-server-address',
  why: 'it tells devices the address at which the edge listens, and beside the machine’s own resolver port 53 is free on one address alone',
  check: ({ services, declaration: { bind } }) =>
    services.flatMap(({ name, service }) => {
      const isPublished = (service.publish ?? []).some(
        (port) => service.ports[port]?.protocol === 'udp' && service.ports[port].number === 53,
      );
      return isPublished && (bind === '0.0.0.0' || bind === '::')
        ? [
            about(
              name,
              `it answers names, and bind: ${bind} is no address to answer with`,
              'write this machine’s address in your network under bind:',
            ),
          ]
        : [];
    }),
};
