import type { Content, Tree, Value } from '../../service/index.ts';
import type { ResolvedService } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const snakeName = /(?:^|[_.-])(?:password|passwd|pass|pw|secret|token|api_?key|key)$/i;
const camelName = /[a-z0-9](?:Password|Passwd|Secret|Token|Key)$/;
const wellKnown =
  /^(?:admin|administrator|password\d*|passw0rd|secret\d*|root|toor|guest|test|demo|default|example|letmein|changeit|qwerty|minioadmin|postgres|mysql|hunter2|12345\d*)$/i;

/** Whether a word stands in manuals and lists as a credential. */
export function isKnownByAll(word: string): boolean {
  return wellKnown.test(word);
}

export const credentialDefault: Rule = {
  id: 'credential-default',
  why: 'whoever knows the manual can sign in',
  from: 'the directory was deployed with a test password that everyone knew',
  check: ({ services }) =>
    services.flatMap((one) =>
      namedValues(one)
        .filter(({ key, value }) => (snakeName.test(key) || camelName.test(key)) && typeof value === 'string' && isKnownByAll(value))
        .map(({ what, below }) =>
          about(
            one.name,
            `${what} is a credential that everybody knows`,
            "ask for one under needs: secret({ kind: 'password' })",
            ...below,
          ),
        ),
    ),
};

interface NamedValue {
  readonly key: string;
  readonly value: Tree;
  readonly what: string;
  readonly below: readonly string[];
}

function namedValues({ env, files }: ResolvedService): readonly NamedValue[] {
  return [
    ...Object.entries(env).map(([key, value]) => ({ key, value, what: `its variable ${key}`, below: ['env', key] })),
    ...files.flatMap(({ name, content }) =>
      entriesOf(content).map(([key, value]) => ({ key, value, what: `${key} in its file ${name}`, below: [] })),
    ),
  ];
}

function entriesOf(content: Content): readonly (readonly [string, Tree])[] {
  switch (content.format) {
    case 'yaml':
    case 'json':
      return leavesOf('', content.data);
    case 'ini':
      return Object.values(content.data).flatMap((section) => Object.entries<Value>(section));
    case 'env':
      return Object.entries<Value>(content.data);
    case 'lines':
    case 'rendered':
      return [];
  }
}

function leavesOf(key: string, tree: Tree): readonly (readonly [string, Tree])[] {
  if (typeof tree !== 'object' || tree === null) return [[key, tree]];
  return Object.entries(tree).flatMap(([name, branch]: readonly [string, Tree]) => leavesOf(Array.isArray(tree) ? key : name, branch));
}
