import { tryBasic } from '../access/basic.ts';
import { tryBypassPaths } from '../access/bypass.ts';
import { tryEdgeNames } from '../access/direct-edge.ts';
import { tryHostPorts } from '../access/direct-host.ts';
import { tryOtherUnits } from '../access/direct-units.ts';
import { routesOf } from '../access/expected.ts';
import { tryForgedHeaders } from '../access/forged.ts';
import { tryMatrix } from '../access/matrix.ts';
import { trySecondFactor } from '../access/second-factor.ts';
import { tryStaleSessions } from '../access/stale.ts';
import { tryTokens } from '../access/tokens.ts';
import { notRunning } from '../ask-unit.ts';
import type { Check } from '../check.ts';
import { skip } from '../check.ts';

const withinMs = 180_000;

/** Each route through the edge as everybody meets it (docs/access.md): what becomes of each is what the declaration says. */
export const routesAccess = throughEdge('access', 'Who gets in', tryMatrix);

/** The role matrix and every way around it, for `validate --access`. */
export const accessChecks: readonly Check[] = [
  routesAccess,
  throughEdge('access.forged', 'Claims in headers are worth nothing', tryForgedHeaders),
  { id: 'access.ports', title: 'No port leads past the edge', withinMs, run: tryHostPorts },
  { id: 'access.units', title: 'No unit reaches an app that is not its own', withinMs, run: tryOtherUnits },
  { ...throughEdge('access.names', 'Wrong names lead nowhere', tryEdgeNames), isGeneral: true },
  throughEdge('access.stale', 'Sessions end, and cannot be made up', tryStaleSessions),
  throughEdge('access.tokens', 'Tokens are worth nothing elsewhere', tryTokens),
  throughEdge('access.bypass', 'Paths that pass unasked are the declared ones', tryBypassPaths),
  throughEdge('access.basic', 'Name and password with each request', tryBasic),
  throughEdge('access.second-factor', 'A password is not enough where two factors are asked for', trySecondFactor),
];

/** A check of what the edge answers. One that does not run is a skip: another check says what is wrong with it. */
function throughEdge(id: string, title: string, look: Check['run']): Check {
  return {
    id,
    title,
    withinMs,
    run: async (context, signal) => {
      const { stack, units } = context;
      if (routesOf(stack).length === 0) return [];
      const down = notRunning(units, stack.providers['edge']?.name ?? 'edge');
      return down === undefined ? look(context, signal) : [skip({ id: `${id}.edge`, title: 'The edge can be asked' }, down)];
    },
  };
}
