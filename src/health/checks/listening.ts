import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { recreate } from '../fixes.ts';
import type { Listener } from '../senses/host.ts';

/** Published ports are open on the address that was declared, and on no other of this machine. */
export const boundAsDeclared: Check = {
  id: 'listening',
  title: 'Ports are open only where they are declared',
  run: async (context) => {
    const listeners = await context.host.listeners();
    return publishedPorts(context).map((one) => judge(context, one, listeners));
  },
};

/** A port of this machine that is declared to lead into a unit. */
export interface Published {
  readonly service: string;
  readonly port: number;
}

export function publishedPorts({ stack }: Pick<CheckContext, 'stack'>): readonly Published[] {
  return stack.services.flatMap(({ name, service }) =>
    (service.publish ?? []).flatMap((portName): readonly Published[] => {
      const port = service.ports[portName];
      if (!port || port.protocol === 'udp') return [];
      const isEdge = name === stack.providers['edge']?.name;
      const number = isEdge && portName === 'http' ? stack.edge.http : isEdge && portName === 'https' ? stack.edge.https : port.number;
      return [{ service: name, port: number }];
    }),
  );
}

function judge({ stack }: CheckContext, { service, port }: Published, listeners: readonly Listener[]): CheckResult {
  const { bind } = stack.edge;
  const about = { id: `listening.${service}.${port}`, title: `Port ${port} is open on ${bind} only` };
  const addresses = [...new Set(listeners.filter((listener) => listener.port === port).map(({ address }) => address))];
  if (addresses.length === 0) return skip(about, 'no socket of this machine listens there; the engine may forward it in the kernel');
  const wider = addresses.filter((address) => address !== bind && !(bind === '0.0.0.0' && address === '::'));
  if (wider.length === 0) return pass(about, addresses.join(', '));
  return fail(about, `it is open on ${wider.join(', ')}`, recreate(stack, service));
}
