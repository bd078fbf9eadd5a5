import { type AccessControl, type DomainTest, hasSubjects, type Rule, type Subject } from './access.ts';
import type { Configuration, RuleConfiguration } from './config-schema.ts';
import { type NetworkTest, networkTest } from './networks.ts';

/** Something wrong with a key of the configuration file. */
export interface KeyProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Turns the access_control section into rules, or names every criterion that cannot be judged. */
export function readAccessControl(configuration: Configuration): {
  readonly access: AccessControl;
  readonly problems: readonly KeyProblem[];
} {
  const section = configuration.access_control;
  const problems: KeyProblem[] = [];
  const named = readNamedNetworks(configuration);
  const rules = section.rules.map((rule, index) =>
    readRule(rule, named, (key, message) => problems.push({ path: ['access_control', 'rules', index, key], message })),
  );
  if (section.default_policy === 'bypass') {
    problems.push({
      path: ['access_control', 'default_policy'],
      message: 'must be deny, one_factor or two_factor: nothing is open by default',
    });
  }
  return { access: { defaultPolicy: section.default_policy, rules }, problems };
}

/** Names that stand for networks, in this section and elsewhere. */
export function readNamedNetworks(configuration: Configuration): ReadonlyMap<string, readonly string[]> {
  const named = new Map(Object.entries(configuration.definitions?.network ?? {}));
  for (const network of configuration.access_control.networks ?? []) named.set(network.name, network.networks);
  return named;
}

type Complain = (key: string, message: string) => void;

function readRule(rule: RuleConfiguration, named: ReadonlyMap<string, readonly string[]>, complain: Complain): Rule {
  if (!rule.domain?.length && !rule.domain_regex?.length)
    complain('domain', 'is missing: a rule names its hosts by domain or domain_regex');
  const read: Rule = {
    domains: [
      ...(rule.domain ?? []).map(readDomain),
      ...readPatterns(rule.domain_regex, 'domain_regex', complain).map((pattern) => ({ kind: 'pattern' as const, pattern })),
    ],
    resources: readPatterns(rule.resources, 'resources', complain),
    methods: (rule.methods ?? []).map((method) => method.toUpperCase()),
    networks: readNetworks(rule.networks, named, complain),
    subjects: (rule.subject ?? []).map((all) => all.flatMap((text) => readSubject(text, complain) ?? [])),
    policy: rule.policy,
  };
  if (rule.policy === 'bypass' && hasSubjects(read)) {
    complain('policy', 'cannot be bypass in a rule that depends on who asks: nobody is known yet');
  }
  if (read.subjects.some((all) => all.length === 0)) complain('subject', 'holds an empty list');
  return read;
}

function readDomain(text: string): DomainTest {
  const name = text.toLowerCase();
  if (name.startsWith('*.')) return { kind: 'suffix', suffix: name.slice(1) };
  if (name.startsWith('{user}')) return { kind: 'user', suffix: name.slice('{user}'.length) };
  if (name.startsWith('{group}')) return { kind: 'group', suffix: name.slice('{group}'.length) };
  return { kind: 'exact', name };
}

/** One criterion about a person, `user:<name>` or `group:<name>`. */
export function readSubject(text: string, complain: Complain): Subject | undefined {
  const [, kind, name] = /^(user|group):\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (name !== undefined && (kind === 'user' || kind === 'group')) return { kind, name };
  complain('subject', `"${text}" must be user:<name> or group:<name>`);
  return undefined;
}

/** Go writes named groups as (?P<name>…) and ignoring case as a leading (?i). */
function readPatterns(texts: readonly string[] | undefined, key: string, complain: Complain): RegExp[] {
  return (texts ?? []).flatMap((text) => {
    const ignoresCase = text.startsWith('(?i)');
    try {
      return [new RegExp(text.slice(ignoresCase ? 4 : 0).replaceAll('(?P<', '(?<'), ignoresCase ? 'iu' : 'u')];
    } catch {
      complain(key, `"${text}" is no regular expression`);
      return [];
    }
  });
}

/** A test for addresses out of networks, addresses and defined names; undefined where there is no criterion. */
export function readNetworks(
  names: readonly string[] | undefined,
  named: ReadonlyMap<string, readonly string[]>,
  complain: Complain,
): NetworkTest | undefined {
  if (!names || names.length === 0) return undefined;
  const test = networkTest(names.flatMap((name) => named.get(name) ?? [name]));
  if (!test)
    complain('networks', 'names something that is neither a network (10.0.0.0/8), an address, nor defined under definitions.network');
  return test ?? (() => false);
}
