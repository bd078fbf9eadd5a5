import type { NetworkTest } from './networks.ts';
import type { Target } from './target.ts';

export type Policy = 'bypass' | 'one_factor' | 'two_factor' | 'deny';

export type Subject = { readonly kind: 'user'; readonly name: string } | { readonly kind: 'group'; readonly name: string };

/** A host criterion: an exact name, a suffix, a name made of the person's own user or group, or a pattern. */
export type DomainTest =
  | { readonly kind: 'exact'; readonly name: string }
  | { readonly kind: 'suffix'; readonly suffix: string }
  | { readonly kind: 'user'; readonly suffix: string }
  | { readonly kind: 'group'; readonly suffix: string }
  | { readonly kind: 'pattern'; readonly pattern: RegExp };

/** One access rule. An empty list is no criterion; all criteria must hold; the first rule that matches decides. */
export interface Rule {
  readonly domains: readonly DomainTest[];
  readonly resources: readonly RegExp[];
  readonly methods: readonly string[];
  readonly networks: NetworkTest | undefined;
  /** Any of the lists suffices; within a list every subject must hold. */
  readonly subjects: readonly (readonly Subject[])[];
  readonly policy: Policy;
}

export interface AccessControl {
  readonly defaultPolicy: Policy;
  readonly rules: readonly Rule[];
}

/** Who asks, as far as rules care. */
export interface Visitor {
  readonly name: string;
  readonly groups: readonly string[];
  /** How many different factors he proved; one where nothing is said. */
  readonly factors?: 1 | 2;
}

export type Decision = 'allow' | 'sign-in' | 'second-factor' | 'forbid';

/**
 * Judges one request. An anonymous visitor is matched as if he could be anyone, so that he is asked to sign in where
 * some person might be allowed; only a signed-in visitor is ever told `forbid` by a rule that names subjects.
 * https://www.authelia.com/configuration/security/access-control/#rules
 */
export function decide(access: AccessControl, visitor: Visitor | undefined, target: Target, address: string): Decision {
  const rule = access.rules.find((candidate) => matches(candidate, visitor, target, address));
  const policy = rule?.policy ?? access.defaultPolicy;
  switch (policy) {
    case 'bypass':
      return 'allow';
    case 'one_factor':
      return visitor ? 'allow' : 'sign-in';
    case 'two_factor':
      if (!visitor) return 'sign-in';
      return visitor.factors === 2 ? 'allow' : 'second-factor';
    case 'deny':
      return visitor || !rule || !hasSubjects(rule) ? 'forbid' : 'sign-in';
  }
}

function matches(rule: Rule, visitor: Visitor | undefined, target: Target, address: string): boolean {
  return (
    (rule.domains.length === 0 || rule.domains.some((test) => matchesDomain(test, visitor, target.host))) &&
    (rule.resources.length === 0 || rule.resources.some((pattern) => matchesPattern(pattern, visitor, target.path))) &&
    (rule.methods.length === 0 || rule.methods.includes(target.method)) &&
    (rule.networks === undefined || rule.networks(address)) &&
    (visitor === undefined || rule.subjects.length === 0 || rule.subjects.some((all) => all.every((one) => isSubject(one, visitor))))
  );
}

function isSubject(subject: Subject, visitor: Visitor): boolean {
  return subject.kind === 'user' ? subject.name === visitor.name : visitor.groups.includes(subject.name);
}

function matchesDomain(test: DomainTest, visitor: Visitor | undefined, host: string): boolean {
  switch (test.kind) {
    case 'exact':
      return host === test.name;
    case 'suffix':
      return host.endsWith(test.suffix);
    case 'user':
    case 'group': {
      if (!host.endsWith(test.suffix) || host.length <= test.suffix.length) return false;
      const label = host.slice(0, -test.suffix.length);
      return visitor === undefined || sameAs(test.kind, label, visitor);
    }
    case 'pattern':
      return matchesPattern(test.pattern, visitor, host);
  }
}

function matchesPattern(pattern: RegExp, visitor: Visitor | undefined, text: string): boolean {
  const found = pattern.exec(text);
  if (!found || visitor === undefined) return found !== null;
  const { User: user = '', Group: group = '' } = found.groups ?? {};
  return (
    (!pattern.source.includes('(?<User>') || sameAs('user', user, visitor)) &&
    (!pattern.source.includes('(?<Group>') || sameAs('group', group, visitor))
  );
}

function sameAs(kind: 'user' | 'group', label: string, visitor: Visitor): boolean {
  const wanted = label.toLowerCase();
  const names = kind === 'user' ? [visitor.name] : visitor.groups;
  return names.some((name) => name.toLowerCase() === wanted);
}

/** Whether the rule depends on who asks, by subjects or by a pattern that names the person. */
export function hasSubjects(rule: Rule): boolean {
  return (
    rule.subjects.length > 0 ||
    rule.domains.some((test) => test.kind === 'user' || test.kind === 'group' || (test.kind === 'pattern' && namesPerson(test.pattern))) ||
    rule.resources.some(namesPerson)
  );
}

function namesPerson(pattern: RegExp): boolean {
  return /\(\?<(?:User|Group)>/.test(pattern.source);
}
