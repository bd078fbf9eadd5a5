import { groupBy } from '../group-by.ts';
import { listWords } from '../nearest.ts';
import { areInConflict } from '../profiles.ts';
import type { ResolvedService, ResolvedStack } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const publishUnique: Rule = {
  id: 'publish-unique',
  why: 'the host gives a port to one program; the second would not start',
  check: (stack) => {
    const claims = stack.services.flatMap((one) =>
      (one.service.publish ?? []).flatMap((port) =>
        hostPorts(one, port, stack).map((hostPort) => ({ name: one.name, service: one.service, port, hostPort })),
      ),
    );
    return [...groupBy(claims, ({ hostPort }) => hostPort)].flatMap(([hostPort, all]) => {
      const same = all.filter(({ service }, index) => !all.slice(0, index).some((other) => areInConflict(service, other.service)));
      const last = same.at(-1);
      if (same.length < 2 || !last) return [];
      const names = [...new Set(same.map(({ name, port }) => `${name} (${port})`))];
      return [
        about(
          last.name,
          `${listWords(names)} want port ${hostPort} of this machine`,
          'leave all but one of them out, or change ports: where the edge is one of them',
        ),
      ];
    });
  },
};

/** The edge's own ports are the owner's choice; every other service publishes the number it listens on. */
function hostPorts({ service }: ResolvedService, name: string, { edge }: ResolvedStack): readonly string[] {
  const port = service.ports[name];
  if (!port) return [];
  const protocol = port.protocol === 'udp' ? 'udp' : 'tcp';
  const isEdge = service.provides?.['edge'] !== undefined;
  if (isEdge && name === 'http') return [`${edge.http}/${protocol}`];
  if (isEdge && name === 'https') return [`${edge.https}/${protocol}`];
  return [`${port.number}/${protocol}`];
}
