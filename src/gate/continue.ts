import type { Context } from 'hono';
import { type Decision, decide } from './access.ts';
import type { Gate, GateEnv } from './gate.ts';
import { addressOf } from './identify.ts';
import { seeOther } from './pages/send.ts';
import { safeRedirect } from './redirect.ts';
import { hasSecondFactor, type Session } from './sessions.ts';
import { parseTarget } from './target.ts';

/** What is known of a person right after a proof. */
export type Proved = Pick<Session, 'person' | 'methods'>;

/**
 * Sends a person on after any proof: to the place he wanted, by way of the second factor where the rules ask for one, or home where he
 * wanted nothing in particular. `wanted` is unchecked text; a place outside the cookie's domain is as good as none.
 */
export function continueTo(gate: Gate, context: Context<GateEnv>, proved: Proved, wanted: string | undefined): Response {
  const cookie = context.get('portal');
  const place = safeRedirect(wanted, [cookie.domain]);
  if (place === undefined) return seeOther(context, cookie.defaultRedirect ?? '/');
  if (judgePlace(gate, context, proved, place) === 'second-factor') return seeOther(context, placeWithReturn('/second-factor', place));
  return seeOther(context, place);
}

/** What the rules say about a place that {@link safeRedirect} let pass; pages of the portal itself look after themselves. */
export function judgePlace(gate: Gate, context: Context<GateEnv>, proved: Proved, place: string): Decision {
  const url = new URL(place);
  if (url.origin === new URL(context.get('portal').portalUrl).origin) return 'allow';
  const target = parseTarget({ proto: 'https', host: url.host, uri: url.pathname + url.search, method: 'GET' });
  const { person } = proved;
  const visitor = { name: person.username, groups: person.groups, factors: hasSecondFactor(proved) ? 2 : 1 } as const;
  return target === undefined ? 'forbid' : decide(gate.config.access, visitor, target, addressOf(context));
}

/** A page of the portal that leads back to a full address afterwards. */
export function placeWithReturn(path: string, place: string | undefined): string {
  return place === undefined ? path : `${path}?${new URLSearchParams({ rd: place }).toString()}`;
}

/** The full address of a page of the portal, as `rd` takes it. */
export function portalPlace(context: Context<GateEnv>, path: string): string {
  return new URL(path, context.get('portal').portalUrl).href;
}
