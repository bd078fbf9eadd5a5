import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';

/** A port of the machine, as Compose's long syntax has it. */
export interface PublishedPort {
  readonly mode: 'host';
  readonly host_ip: string;
  readonly target: number;
  readonly published: string;
  readonly protocol: 'tcp' | 'udp';
}

/** The edge listens on the numbers that are published, so that an address is the same inside and outside. */
export function publishedPorts({ edge, providers }: ResolvedStack, { name, service }: ResolvedService): readonly PublishedPort[] {
  const isEdge = name === providers['edge']?.name;
  return (service.publish ?? []).toSorted().flatMap((portName) => {
    const port = service.ports[portName];
    if (!port) return [];
    const number = isEdge && portName === 'http' ? edge.http : isEdge && portName === 'https' ? edge.https : port.number;
    const protocol = port.protocol === 'udp' ? 'udp' : 'tcp';
    return [{ mode: 'host', host_ip: edge.bind, target: number, published: String(number), protocol }];
  });
}
