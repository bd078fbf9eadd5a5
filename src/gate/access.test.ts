import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessControl,
  type Decision,
  decide,
  type DomainTest,
  type Policy,
  type Rule,
  type Subject,
  type Visitor,
} from './access.ts';
import { networkTest } from './networks.ts';
import type { Target } from './target.ts';

function rule(changes: Partial<Rule>): Rule {
  return { domains: [], resources: [], methods: [], networks: undefined, subjects: [], policy: 'one_factor', ...changes };
}

function exact(name: string): DomainTest {
  return { kind: 'exact', name };
}

function group(name: string): Subject {
  return { kind: 'group', name };
}

function user(name: string): Subject {
  return { kind: 'user', name };
}

function target(host: string, path = '/', method = 'GET'): Target {
  return { url: `https://${host}${path}`, host, path, method };
}

const viewer: Visitor = { name: 'bob', groups: ['viewer'] };
const admin: Visitor = { name: 'alice', groups: ['admin', 'viewer'] };
const home = '203.0.113.9';

interface Case {
  readonly title: string;
  readonly rules: readonly Rule[];
  readonly visitor?: Visitor;
  readonly at?: Target;
  readonly from?: string;
  readonly expected: Decision;
}

const app = exact('app.example.org');
const cases: readonly Case[] = [
  { title: 'nobody enters what no rule names', rules: [], visitor: admin, expected: 'forbid' },
  { title: 'an anonymous visitor is refused what is closed to everybody', rules: [], expected: 'forbid' },
  { title: 'bypass lets anybody in', rules: [rule({ domains: [app], policy: 'bypass' })], expected: 'allow' },
  { title: 'one factor asks the anonymous to sign in', rules: [rule({ domains: [app] })], expected: 'sign-in' },
  { title: 'one factor lets the signed-in enter', rules: [rule({ domains: [app] })], visitor: viewer, expected: 'allow' },
  {
    title: 'two factors are asked of the signed-in',
    rules: [rule({ domains: [app], policy: 'two_factor' })],
    visitor: admin,
    expected: 'second-factor',
  },
  { title: 'two factors begin with signing in', rules: [rule({ domains: [app], policy: 'two_factor' })], expected: 'sign-in' },
  {
    title: 'a group rule lets its members in',
    rules: [rule({ domains: [app], subjects: [[group('admin')]] })],
    visitor: admin,
    expected: 'allow',
  },
  {
    title: 'a group rule passes others by',
    rules: [rule({ domains: [app], subjects: [[group('admin')]] })],
    visitor: viewer,
    expected: 'forbid',
  },
  {
    title: 'a group rule asks the anonymous to sign in',
    rules: [rule({ domains: [app], subjects: [[group('admin')]] })],
    expected: 'sign-in',
  },
  {
    title: 'group names are compared exactly',
    rules: [rule({ domains: [app], subjects: [[group('Admin')]] })],
    visitor: admin,
    expected: 'forbid',
  },
  {
    title: 'subjects of one list must all hold',
    rules: [rule({ domains: [app], subjects: [[group('viewer'), user('alice')]] })],
    visitor: viewer,
    expected: 'forbid',
  },
  {
    title: 'one of several lists suffices',
    rules: [rule({ domains: [app], subjects: [[user('carol')], [group('viewer')]] })],
    visitor: viewer,
    expected: 'allow',
  },
  {
    title: 'a user named like a group is not in it',
    rules: [rule({ domains: [app], subjects: [[group('bob')]] })],
    visitor: viewer,
    expected: 'forbid',
  },
  {
    title: 'the first matching rule wins over a later one that lets in',
    rules: [rule({ domains: [app], policy: 'deny' }), rule({ domains: [app] })],
    visitor: admin,
    expected: 'forbid',
  },
  {
    title: 'deny for some leaves the others to later rules',
    rules: [rule({ domains: [app], subjects: [[user('bob')]], policy: 'deny' }), rule({ domains: [app] })],
    visitor: admin,
    expected: 'allow',
  },
  {
    title: 'deny for some asks the anonymous who they are',
    rules: [rule({ domains: [app], subjects: [[user('bob')]], policy: 'deny' })],
    expected: 'sign-in',
  },
  {
    title: 'a suffix takes names under the domain',
    rules: [rule({ domains: [{ kind: 'suffix', suffix: '.example.org' }] })],
    visitor: viewer,
    expected: 'allow',
  },
  {
    title: 'a suffix does not take the bare domain',
    rules: [rule({ domains: [{ kind: 'suffix', suffix: '.example.org' }] })],
    visitor: viewer,
    at: target('example.org'),
    expected: 'forbid',
  },
  {
    title: "a host made of the person's name is his own",
    rules: [rule({ domains: [{ kind: 'user', suffix: '.example.org' }] })],
    visitor: viewer,
    at: target('bob.example.org'),
    expected: 'allow',
  },
  {
    title: "somebody else's host is not",
    rules: [rule({ domains: [{ kind: 'user', suffix: '.example.org' }] })],
    visitor: viewer,
    at: target('alice.example.org'),
    expected: 'forbid',
  },
  {
    title: "a host made of the person's group is open to him",
    rules: [rule({ domains: [{ kind: 'group', suffix: '.example.org' }] })],
    visitor: viewer,
    at: target('viewer.example.org'),
    expected: 'allow',
  },
  {
    title: 'a pattern that names the person holds for him only',
    rules: [rule({ domains: [app], resources: [/^\/home\/(?<User>[a-z]+)\//u] })],
    visitor: viewer,
    at: target('app.example.org', '/home/alice/'),
    expected: 'forbid',
  },
  {
    title: 'a pattern whose person is left out holds for nobody',
    rules: [rule({ domains: [app], resources: [/^\/home(?:\/(?<User>[a-z]+))?/u] })],
    visitor: viewer,
    at: target('app.example.org', '/home'),
    expected: 'forbid',
  },
  {
    title: 'a resource rule opens only what it names',
    rules: [rule({ domains: [app], resources: [/^\/api\//u], policy: 'bypass' })],
    at: target('app.example.org', '/admin?next=/api/'),
    expected: 'forbid',
  },
  {
    title: 'methods are a criterion',
    rules: [rule({ domains: [app], methods: ['GET'], policy: 'bypass' })],
    at: target('app.example.org', '/', 'POST'),
    expected: 'forbid',
  },
  {
    title: 'networks are a criterion that holds inside',
    rules: [rule({ domains: [app], networks: networkTest(['10.0.0.0/8']), policy: 'bypass' })],
    from: '10.1.2.3',
    expected: 'allow',
  },
  {
    title: 'networks are a criterion that fails outside',
    rules: [rule({ domains: [app], networks: networkTest(['10.0.0.0/8']), policy: 'bypass' })],
    expected: 'forbid',
  },
];

describe('access rules', () => {
  it.each(cases)('$title', ({ rules, visitor, at = target('app.example.org'), from = home, expected }) => {
    expect(decide({ defaultPolicy: 'deny', rules }, visitor, at, from)).toBe(expected);
  });

  it('falls back to the default policy', () => {
    expect(decide({ defaultPolicy: 'one_factor', rules: [] }, viewer, target('x.example.org'), home)).toBe('allow');
    expect(decide({ defaultPolicy: 'one_factor', rules: [] }, undefined, target('x.example.org'), home)).toBe('sign-in');
  });
});

const names = fc.constantFrom('ann', 'ben', 'cat');
const groups = fc.constantFrom('admin', 'operator', 'viewer');
const hosts = fc.constantFrom('a.example.org', 'b.example.org');
const policies = fc.constantFrom<Policy>('one_factor', 'two_factor', 'deny');
const subjects = fc.oneof(groups.map(group), names.map(user));
const closedRules = fc.record<Rule>({
  domains: fc.array(hosts.map(exact), { minLength: 1, maxLength: 2 }),
  resources: fc.constantFrom([], [/^\/api/u]),
  methods: fc.constantFrom([], ['GET']),
  networks: fc.constantFrom(undefined, networkTest(['10.0.0.0/8'])),
  subjects: fc.array(fc.array(subjects, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  policy: policies,
});
const visitors = fc.record({ name: names, groups: fc.uniqueArray(groups) });
const targets = fc.record({ host: hosts, path: fc.constantFrom('/', '/api/x') }).map(({ host, path }) => target(host, path));

function fits(visitor: Visitor, { subjects }: Rule): boolean {
  return subjects.some((all) => all.every((one) => (one.kind === 'user' ? one.name === visitor.name : visitor.groups.includes(one.name))));
}

describe('with everything closed by default, in whatever order rules stand', () => {
  it('nobody enters whom no rule names', () => {
    fc.assert(
      fc.property(fc.array(closedRules, { maxLength: 8 }), visitors, targets, (rules, visitor, at) => {
        const others = rules.filter((each) => !fits(visitor, each));
        expect(decide({ defaultPolicy: 'deny', rules: others }, visitor, at, '10.0.0.1')).toBe('forbid');
      }),
    );
  });

  it('no anonymous visitor enters', () => {
    fc.assert(
      fc.property(fc.array(closedRules, { maxLength: 8 }), targets, (rules, at) => {
        const access: AccessControl = { defaultPolicy: 'deny', rules };
        expect(decide(access, undefined, at, '10.0.0.1')).not.toBe('allow');
      }),
    );
  });

  it('who enters fits the subjects of a one-factor rule for that host', () => {
    fc.assert(
      fc.property(fc.array(closedRules, { maxLength: 8 }), visitors, targets, (rules, visitor, at) => {
        fc.pre(decide({ defaultPolicy: 'deny', rules }, visitor, at, '10.0.0.1') === 'allow');
        const reasons = rules.filter(
          (each) =>
            each.policy === 'one_factor' && fits(visitor, each) && each.domains.some((d) => d.kind === 'exact' && d.name === at.host),
        );
        expect(reasons).not.toEqual([]);
      }),
    );
  });
});
