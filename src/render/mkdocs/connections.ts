import { contracts, reachedBy } from '../../contracts/index.ts';
import { groupBy } from '../../stack/group-by.ts';
import { serviceOf, withoutWorkers } from '../../stack/stack.ts';
import type { ResolvedService, ResolvedStack } from '../../stack/stack.ts';

/** One unit opens connections to another, for reasons that the declaration states. */
export interface Connection {
  readonly from: string;
  readonly to: string;
  readonly whys: readonly string[];
}

/** Every connection inside the cluster that something asks for, sorted. */
export function connectionsOf(stack: ResolvedStack): readonly Connection[] {
  const all = [...forNeeds(stack), ...throughEdge(stack), ...forMonitoring(stack), ...withinServices(stack)].filter(
    ({ from, to }) => from !== to,
  );
  return [...groupBy(all, ({ from, to }) => `${from} ${to}`).values()]
    .flatMap((same) => {
      const [first] = same;
      return first ? [{ from: first.from, to: first.to, whys: [...new Set(same.map(({ why }) => why))] }] : [];
    })
    .toSorted((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}

/** Units that share a network with this one, and so could be connected to. */
export function neighboursOf({ services }: ResolvedStack, { name, networks }: ResolvedService): readonly ResolvedService[] {
  return services.filter((other) => other.name !== name && other.networks.some((network) => networks.includes(network)));
}

interface Reason {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

function forNeeds(stack: ResolvedStack): readonly Reason[] {
  const edge = stack.providers['edge']?.name;
  const granted = stack.grants.flatMap(({ client, provider, kind }): readonly Reason[] => {
    const isThroughEdge = contracts[kind]?.throughEdge === true;
    const to = isThroughEdge ? edge : provider;
    if (to === undefined || provider === '') return [];
    const clients = stack.services.filter(({ family, apart }) => family === client && apart !== true);
    return clients.map(({ name }) => ({ from: name, to, why: isThroughEdge ? `${kind} of ${provider}` : kind }));
  });
  const reached = withoutWorkers(stack).flatMap(({ name, service }) =>
    Object.values(service.needs ?? {})
      .flatMap(reachedBy)
      .flatMap((one) =>
        stack.services.filter((other) => other.service.provides?.[one]).map((other) => ({ from: name, to: other.name, why: one })),
      ),
  );
  return [...granted, ...reached];
}

function throughEdge({ services, providers }: ResolvedStack): readonly Reason[] {
  const edge = providers['edge']?.name;
  if (edge === undefined) return [];
  const asks = providers['sign-on'];
  return [
    ...services.flatMap(({ name, host, routed }) =>
      host !== undefined || routed ? [{ from: edge, to: name, why: 'what people ask for' }] : [],
    ),
    ...(asks ? [{ from: edge, to: asks.name, why: 'who may pass' }] : []),
  ];
}

function forMonitoring({ services, providers }: ResolvedStack): readonly Reason[] {
  const { metrics, alerting, notify } = providers;
  return [
    ...(metrics
      ? services.flatMap(({ name, service }) => (service.metrics ? [{ from: metrics.name, to: name, why: 'its metrics' }] : []))
      : []),
    ...(metrics && alerting ? [{ from: metrics.name, to: alerting.name, why: 'alerts' }] : []),
    ...(alerting && notify ? [{ from: alerting.name, to: notify.name, why: 'notifications' }] : []),
  ];
}

/** A service and its workers may ask each other; which of them begins is the program's own affair. */
function withinServices(stack: ResolvedStack): readonly Reason[] {
  return stack.services.flatMap(({ name, family }) =>
    name === family || !serviceOf(stack, family) ? [] : [{ from: family, to: name, why: 'one service' }],
  );
}
