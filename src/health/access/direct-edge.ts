import { systemCode } from '../../kit/errors.ts';
import { reasonOf } from '../ask-unit.ts';
import type { CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { closeAtOnce } from '../fixes.ts';
import type { EdgeRequest } from '../senses/edge.ts';
import { readAnswer, signOnPlaceOf } from './answer.ts';
import type { Route } from './expected.ts';
import { expectedOf, routesOf } from './expected.ts';
import { signOnOf } from './people.ts';

interface Trick {
  readonly id: string;
  readonly title: string;
  readonly request: EdgeRequest;
  /** Being asked to sign in is as good as no answer; elsewhere no page at all may come. */
  readonly mayAsk?: true;
}

/** A page of the edge itself that says that it serves no such host. */
const nothing = [400, 404, 421, 444];

/** Asked by its address, or by names that do not belong together, the edge gives nothing away. */
export async function tryEdgeNames(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const guarded = routesOf(context.stack).find(
    (route) => route.access.kind === 'edge' && expectedOf(context.stack, route, 'anonymous') === 'sign-in',
  );
  if (!guarded) return [];
  const about = { id: 'access.edge.names', title: 'The edge can be asked by wrong names' };
  const plain = readAnswer(context, guarded, await context.edge.ask({ host: guarded.host }, signal));
  if (plain.is !== 'sign-in') return [skip(about, `there is nothing to compare with: ${plain.words}`)];
  return Promise.all(tricksFor(context, guarded).map(async (trick) => tryTrick(context, guarded, trick, signal)));
}

function tricksFor({ stack }: CheckContext, route: Route): readonly Trick[] {
  const { host } = route;
  const unknown = `datamancy-probe-no-such-name.${stack.domain}`;
  const open = signOnOf(stack)?.host ?? host;
  const address = stack.edge.bind === '0.0.0.0' || stack.edge.bind === '::' ? '127.0.0.1' : stack.edge.bind;
  const any = { host, anyCertificate: true } as const;
  return [
    { id: 'by-address', title: 'Asked by its address the edge gives nothing', request: { ...any, sni: '', hostHeader: address } },
    { id: 'unknown-host', title: 'A host that is not declared is not served', request: { ...any, sni: unknown, hostHeader: unknown } },
    { id: 'other-host', title: 'A host that is not declared is not served under a known name', request: { ...any, hostHeader: unknown } },
    { id: 'no-name', title: `${host} is not open to who names nothing in TLS`, request: { ...any, sni: '' }, mayAsk: true },
    { id: 'other-name', title: `${host} is not open under the name of the sign-in page`, request: { ...any, sni: open }, mayAsk: true },
    { id: 'unknown-name', title: `${host} is not open under an unknown name`, request: { ...any, sni: unknown }, mayAsk: true },
    { id: 'capitals', title: `${host} is not open in capitals`, request: { ...any, hostHeader: host.toUpperCase() }, mayAsk: true },
    { id: 'final-dot', title: `${host} is not open with a dot at its end`, request: { ...any, hostHeader: `${host}.` }, mayAsk: true },
  ];
}

async function tryTrick(
  context: CheckContext,
  route: Route,
  { id, title, request, mayAsk }: Trick,
  signal: AbortSignal,
): Promise<CheckResult> {
  const about = { id: `access.edge.${id}`, title };
  try {
    const answer = await context.edge.ask(request, signal);
    if (mayAsk && signOnPlaceOf(context, answer)) return pass(about, `it answers ${answer.status}, to sign in`);
    if (nothing.includes(answer.status)) return pass(about, `it answers ${answer.status}`);
    return fail(about, `it answers ${answer.status}`, closeAtOnce(context.stack, route.name));
  } catch (cause) {
    signal.throwIfAborted();
    return pass(about, `no connection: ${systemCode(cause) ?? reasonOf(cause)}`);
  }
}
