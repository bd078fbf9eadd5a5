import type { Port } from '../service/index.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { addressOf, block } from './caddy-block.ts';

const question = '/api/admit';

/** Whether the sign-on server turns banned addresses away, so that the edge has to ask it about every visitor. */
function turnsAway({ grants, providers }: ResolvedStack): boolean {
  return grants.some(({ kind, client }) => kind === 'bouncer' && client === providers['sign-on']?.name);
}

/** What a site says whose visitors sign-on is not asked about anyway. */
export function admission(stack: ResolvedStack): readonly string[] {
  return turnsAway(stack) ? ['import admit'] : [];
}

/**
 * Asks whether anybody at all may come from the visitor's address. Where the sign-on server does not answer, the edge's own port says
 * yes: a ban holds up who attacks, and must not shut the apps that sign people in by themselves.
 */
export function admitSnippet(stack: ResolvedStack, edge: ResolvedService): readonly string[] {
  const provider = stack.providers['sign-on'];
  if (!provider || !turnsAway(stack)) return [];
  const own = ownPorts(edge).map(([name, port]) => ({ host: '127.0.0.1', port: stack.placement.listen(edge.name, name, port).port }));
  const asks = [
    `uri ${question}`,
    'lb_policy first',
    'lb_try_duration 5s',
    'fail_duration 5s',
    block('transport http', ['dial_timeout 1s', 'response_header_timeout 2s']),
  ];
  return [block('(admit)', [block(`forward_auth ${[provider.address, ...own].map(addressOf).join(' ')}`, asks)])];
}

/** What the edge's own port answers in place of the sign-on server, with the name of that port. */
export function ownAdmission(stack: ResolvedStack, edge: ResolvedService): readonly (readonly [port: string, directive: string])[] {
  return turnsAway(stack) ? ownPorts(edge).map(([name]) => [name, `respond ${question} 200`]) : [];
}

function ownPorts({ service: { health, ports } }: ResolvedService): readonly (readonly [name: string, port: Port])[] {
  return Object.entries(ports).filter(([name]) => 'port' in health && name === health.port);
}

/**
 * The access log that CrowdSec reads, only where it does. It holds no query and no header: in those stand tokens, codes and cookies, and
 * a log is no place for them.
 */
export function accessLog({ providers }: ResolvedStack): readonly string[] {
  if (!providers['bouncer']) return [];
  const left = ['request>headers delete', 'request>uri regexp [?].* ""', 'resp_headers delete'];
  return [block('log', [block('format filter', ['wrap json', block('fields', left)])])];
}
