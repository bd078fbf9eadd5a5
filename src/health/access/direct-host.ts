import type { CheckResult } from '../check.ts';
import { fail, pass, skip, warn } from '../check.ts';
import { notRunning } from '../ask-unit.ts';
import { publishedPorts } from '../checks/listening.ts';
import type { CheckContext } from '../context.ts';
import { recreate } from '../fixes.ts';
import type { ResolvedService } from '../../stack/stack.ts';

interface Place {
  readonly address: string;
  readonly port: number;
}

/** No service can be reached from outside but through the ports that are declared: what the engine says, and a connection to each. */
export async function tryHostPorts(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const addresses = await context.host.addresses();
  const results: CheckResult[] = [];
  for (const service of context.stack.services) {
    if (portsOf(context, service).length > 0) results.push(await portsClosed(context, service, addresses, signal));
  }
  return results;
}

async function portsClosed(
  context: CheckContext,
  service: ResolvedService,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<CheckResult> {
  const { name } = service;
  const about = { id: `access.${name}.ports`, title: `${name} cannot be reached past the edge from outside` };
  const unit = context.units.find((one) => one.service === name);
  const leading = unit?.enforced?.published.filter((place) => !isDeclared(context, place)) ?? [];
  if (leading.length > 0) return fail(about, `the engine leads ${leading.map(placeWords).join(', ')} to it`, recreate(context.stack, name));
  const down = notRunning(context.units, name);
  if (down !== undefined) return skip(about, down);
  const own = portsOf(context, service);
  const places = own.flatMap(({ port }) => addresses.map((address) => ({ address, port }))).filter((place) => !isDeclared(context, place));
  const inside = places.filter((place) => own.some(({ address, port }) => address === place.address && port === place.port));
  const outside = places.filter((place) => !inside.includes(place));
  const open = (await Promise.all(outside.map(async (place) => ((await context.host.connects(place, signal)) ? [place] : [])))).flat();
  if (open.length > 0) {
    const words = open.map(placeWords).join(', ');
    const look = `ss -ltnp 'sport = :${open[0]?.port ?? 0}'`;
    if (!unit?.enforced) return fail(about, `${words} can be reached`, `see what listens there: ${look}`);
    return warn(about, `${words} answers, which the engine does not lead to it`, `see whether that is a program of yours: ${look}`);
  }
  if (inside.length === 0) return pass(about, `${outside.length} places tried, none answers`);
  return skip(
    about,
    `other machines cannot; without containers, programs of this machine reach it at ${inside.map(placeWords).join(', ')}`,
  );
}

/** Where the service listens by itself: inside a container, or on this machine where it has none. */
function portsOf({ stack: { placement } }: CheckContext, { name, service }: ResolvedService): readonly Place[] {
  return Object.entries(service.ports).flatMap(([portName, port]) =>
    port.protocol === 'udp' ? [] : [placement.listen(name, portName, port)],
  );
}

/** Whether this port of this machine is meant to be open there, whichever service it leads to. */
function isDeclared(context: CheckContext, { address, port }: Place): boolean {
  const { bind } = context.stack.edge;
  const isBound = bind === address || bind === '::' || (bind === '0.0.0.0' && !address.includes(':'));
  return publishedPorts(context).some((published) => published.port === port && (isBound || (bind === '0.0.0.0' && address === '::')));
}

function placeWords({ address, port }: Place): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
