import type { ResolvedService } from '../../stack/stack.ts';
import { askUnit, notRunning } from '../ask-unit.ts';
import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import { tryFrom } from '../checks/networks.ts';
import type { CheckContext } from '../context.ts';
import { recreate } from '../fixes.ts';
import type { Route } from './expected.ts';
import { routesOf } from './expected.ts';

/** A unit that has nothing to do with an app cannot reach it past the edge: tried from inside, by its name and by its addresses. */
export async function tryOtherUnits(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  return Promise.all(routesOf(context.stack).map(async (route) => fromElsewhere(context, route, signal)));
}

async function fromElsewhere(context: CheckContext, route: Route, signal: AbortSignal): Promise<CheckResult> {
  const { name } = route;
  const about = { id: `access.${name}.units`, title: `Units that share no network with ${name} cannot reach it` };
  if (!context.runtime.supports.networks) return skip(about, 'this runtime has no networks of its own');
  const strangers = context.stack.services.filter(
    (other) => other.networks.length > 0 && !other.networks.some((network) => route.networks.includes(network)),
  );
  if (strangers.length === 0) return skip(about, 'every unit shares a network with it');
  const addresses = await addressesOf(context, name, signal);
  if ('why' in addresses) return skip(about, addresses.why);
  const places = portsOf(context, route).flatMap((port) => [name, ...addresses.found].map((host) => `${host}:${port}`));
  const isNear = (other: ResolvedService): boolean => observedTogether(context, other, route);
  const tried: string[] = [];
  let why = '';
  // One unit speaks for all that are as they were declared; each that is not speaks for itself.
  for (const other of [...strangers.filter(isNear), ...strangers.filter((one) => !isNear(one))]) {
    const answer = await tryFrom(context, other, places, signal);
    if ('why' in answer) {
      why = answer.why;
      continue;
    }
    if (answer.reached.length > 0) {
      return fail(about, `${other.name} reaches it at ${answer.reached.join(', ')}`, recreate(context.stack, other.name));
    }
    tried.push(other.name);
    if (!isNear(other)) break;
  }
  return tried.length === 0 ? skip(about, why) : pass(about, `tried from ${tried.join(', ')}: ${places.join(', ')}`);
}

/** Whether the engine has both on one network, whatever was declared. */
function observedTogether({ units }: CheckContext, one: ResolvedService, other: ResolvedService): boolean {
  const networksOf = (name: string): readonly string[] => units.find(({ service }) => service === name)?.enforced?.networks ?? [];
  return networksOf(one.name).some((network) => networksOf(other.name).includes(network));
}

function portsOf({ stack: { placement } }: CheckContext, { name, service }: ResolvedService): readonly number[] {
  return Object.entries(service.ports).flatMap(([portName, port]) =>
    port.protocol === 'udp' ? [] : [placement.reach(name, portName, port).port],
  );
}

/** The engine writes a unit's own addresses into its /etc/hosts; a name that other networks do not know would prove nothing. */
async function addressesOf(
  context: CheckContext,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly found: readonly string[] } | { readonly why: string }> {
  const down = notRunning(context.units, name);
  if (down !== undefined) return { why: down };
  const answer = await askUnit(context, name, ['cat', '/etc/hosts'], {}, signal);
  if (answer.kind === 'silent') return { why: answer.why };
  const found = [...answer.result.stdout.matchAll(/^(?<address>\d+(?:\.\d+){3})\s/gm)].map(({ groups }) => groups?.['address'] ?? '');
  const own = found.filter((address) => !address.startsWith('127.'));
  return own.length === 0 ? { why: `${name} does not tell its addresses` } : { found: own };
}
