import type { Service } from '../../service/index.ts';
import type { SignOnClient } from '../clients.ts';
import type { Machine } from '../machine.ts';
import type { Problem } from '../problem.ts';
import type { ResolvedStack } from '../stack.ts';

/** A problem before the rule's own id is put to it. */
export type Found = Omit<Problem, 'rule'>;

export interface RuleContext {
  /** Every service there is to choose from, for fixes that name what is missing. */
  readonly catalog: Readonly<Record<string, Service>>;
  /** The machine that is meant; empty where nothing is known of it. */
  readonly machine: Machine;
}

/** One thing that must hold before anything runs. Looks at the stack and nothing else, and never throws on a definition that was checked. */
export interface Rule {
  readonly id: string;
  /** What would go wrong in the running cluster if this did not hold. */
  readonly why: string;
  /** What happened for want of it in the clusters before this one; absent where it was thought of in time. */
  readonly from?: string;
  /** It finds what no service does, so it says nothing while the definition of a chosen one cannot be read: that one may do it. */
  readonly findsAbsence?: true;
  readonly check: (stack: ResolvedStack, context: RuleContext) => readonly Found[];
}

/** A problem of one service, found in cluster.yaml under its name, or under `below` where the owner wrote that. */
export function about(service: string, message: string, fix: string, ...below: readonly string[]): Found {
  return { where: service, message, fix, path: ['services', service, ...below] };
}

/** A problem of one application that signs people in, found under its key in cluster.yaml, or at the service that it is. */
export function aboutClient({ section, name }: SignOnClient, message: string, fix: string, ...below: readonly string[]): Found {
  return section === 'services' ? about(name, message, fix) : { where: `clients.${name}`, message, fix, path: ['clients', name, ...below] };
}

/** A problem of what cluster.yaml says under `payments`, found at the keys below that. */
export function aboutPayments(message: string, fix: string, ...below: readonly string[]): Found {
  const path = ['payments', ...below];
  return { where: path.join('.'), message, fix, path };
}

/** Names of the catalog's services that provide this, sorted. */
export function candidatesFor(kind: string, { catalog }: RuleContext): readonly string[] {
  return Object.values(catalog)
    .filter(({ provides }) => provides && Object.hasOwn(provides, kind))
    .map(({ name }) => name)
    .toSorted();
}

/** Names of the chosen services that provide this, sorted. */
export function providersOf(kind: string, stack: ResolvedStack): readonly string[] {
  return stack.services.filter(({ service }) => service.provides && Object.hasOwn(service.provides, kind)).map(({ name }) => name);
}
