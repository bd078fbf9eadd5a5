import { tiers } from '../contracts/index.ts';
import type { Access } from '../service/index.ts';
import type { ServiceOverride } from './declaration.ts';
import type { ResolvedAccess, ResolvedService } from './stack.ts';

/** What the catalog decided about a route, with the owner's changes; nothing where no decision can be made out, for a rule to report. */
export function resolveAccess(access: Access | undefined, override: ServiceOverride): ResolvedAccess | undefined {
  if (!access) return undefined;
  if ('open' in access) return { kind: 'open', why: access.open };
  if ('directory' in access) return { kind: 'directory', need: access.directory, why: access.why };
  if (!('groups' in access)) return undefined;
  const groups = withTiersAbove(override.groups ?? access.groups);
  const secondFactor = override.secondFactor ?? access.secondFactor === true;
  if ('login' in access) return { kind: 'login', need: access.login, groups, secondFactor, start: access.start };
  const { identity = {}, bypass = [] } = access;
  return {
    kind: 'edge',
    groups,
    secondFactor,
    basic: access.basic !== undefined,
    identity,
    alone: access.alone !== undefined,
    ...(access.door === undefined ? {} : { door: true }),
    bypass,
  };
}

/** Groups that may enter; none where the sign-on server does not decide. */
export function groupsOf({ access }: ResolvedService): readonly string[] {
  return access && 'groups' in access ? access.groups : [];
}

/** Groups that a route names: those that may enter, and those that get a role of the app. */
export function groupsNamedBy(one: ResolvedService): readonly string[] {
  return [...new Set([...groupsOf(one), ...Object.values(one.service.route?.roles ?? {}).flat()])];
}

/** Regular expression for a path and everything below it, as far as `end`, which says what may follow. */
export function patternBelow(path: string, end: string): string {
  return `^${path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}${end}`;
}

/** Whoever is in a higher tier may do what a lower one may. */
export function withTiersAbove(groups: readonly string[]): readonly string[] {
  const lowest = tiers.findIndex((tier) => groups.includes(tier));
  return [...new Set([...groups, ...(lowest < 0 ? [] : tiers.slice(lowest))])].toSorted();
}
