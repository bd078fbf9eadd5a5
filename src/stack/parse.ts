import type { z } from 'zod';
import type { Memory, Service } from '../service/index.ts';
import { chooseServices, isLeftOutOfProfiles } from './choose.ts';
import { keysAt, placeAt } from './declaration-places.ts';
import type { DeclarationInput } from './declaration-schema.ts';
import { declarationSchema } from './declaration-schema.ts';
import type { Declaration, ServiceOverride } from './declaration.ts';
import { patterns } from './names.ts';
import { nearest } from './nearest.ts';
import type { Position, Problem } from './problem.ts';
import type { YamlFile } from './read-yaml.ts';
import { readYaml } from './read-yaml.ts';

export { schema } from './declaration-schema.ts';
export { formatProblem } from './problem.ts';

export interface ParseOptions {
  readonly file: string;
  /** Names of the services there are: the catalog's and the owner's. */
  readonly known: readonly string[];
  /** Their definitions, from which profiles choose; none where absent. */
  readonly services?: Readonly<Record<string, Service>>;
  /** Name of the cluster's folder, from which the cluster is named where it does not say. */
  readonly folder: string;
}

/**
 * The outcome of reading cluster.yaml. With problems, a declaration is given only where the rest of the file is certain, and is good
 * for finding further problems and for nothing else: a misspelt service counts as the one that was meant.
 */
export interface ParsedDeclaration {
  readonly declaration?: Declaration;
  readonly problems: readonly Problem[];
  readonly positionOf: (path: readonly string[]) => Position | undefined;
}

/** Reads cluster.yaml and reports everything that is wrong in it at once. Never throws, whatever the text is. */
export function parseDeclaration(text: string, options: ParseOptions): ParsedDeclaration {
  const yaml = readYaml(text);
  const { positionOf } = yaml;
  if (yaml.problems.length > 0)
    return { problems: inOrder(yaml.problems.map((problem) => ({ ...problem, where: options.file }))), positionOf };

  const { chosen, problems: unknown } = knownServices(yaml, options.known);
  const read = declarationSchema.safeParse(withServices(yaml.data));
  const malformed = read.success ? [] : read.error.issues.flatMap((issue) => problemsOf(issue, yaml, options.file));
  const problems = inOrder([...unknown, ...malformed]);
  if (!read.success) return { problems, positionOf };
  const profiled = chooseServices(read.data, [...chosen.values()], options.services ?? {});
  return {
    declaration: complete(read.data, chosen, profiled, options.folder),
    problems: inOrder([...problems, ...withoutProblems(read.data, options, yaml)]),
    positionOf: (path) => positionOf(path[0] === 'services' && profiled.includes(path[1] ?? '') ? ['profiles'] : path),
  };
}

/** Where profiles choose, nothing need stand under `services:`. */
function withServices(data: unknown): unknown {
  return choosesByProfile(data) ? { ...data, services: data['services'] ?? {} } : data;
}

function choosesByProfile(data: unknown): data is Readonly<Record<string, unknown>> {
  return isRecord(data) && Array.isArray(data['profiles']);
}

interface KnownServices {
  /** From the name as it is written to the name that is meant. */
  readonly chosen: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

function knownServices(yaml: YamlFile, known: readonly string[]): KnownServices {
  const declared = isRecord(yaml.data) ? yaml.data['services'] : undefined;
  const names = isRecord(declared) ? Object.keys(declared) : [];
  const all = new Set(known);
  const chosen = new Map<string, string>();
  const problems: Problem[] = [];
  if (isRecord(declared) && names.length === 0 && !choosesByProfile(yaml.data)) {
    problems.push({
      rule: 'services-chosen',
      where: 'services',
      message: 'no service is chosen',
      fix: 'write at least one name with a colon, such as caddy:',
      path: ['services'],
      position: yaml.keyPositionOf(['services']),
    });
  }
  for (const name of names) {
    const meant = all.has(name) ? name : nearest(name, known);
    if (meant !== undefined && (meant === name || !names.includes(meant))) chosen.set(name, meant);
    if (meant === name) continue;
    problems.push(unknownService(['services', name], name, meant, yaml.keyPositionOf(['services', name])));
  }
  return { chosen, problems };
}

function unknownService(path: readonly string[], name: string, meant: string | undefined, position: Position): Problem {
  return {
    rule: 'unknown-service',
    where: path.join('.'),
    message: `there is no service called ${JSON.stringify(name)}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    fix:
      meant === undefined
        ? 'choose one of the catalog, or define it in services/'
        : `write ${meant}, or define ${JSON.stringify(name)} in services/`,
    path,
    position,
  };
}

/** What is left out must be there, and must be what a profile would choose or bring. */
function withoutProblems(read: DeclarationInput, { known, services = {} }: ParseOptions, yaml: YamlFile): readonly Problem[] {
  const { without = [], services: named } = read;
  return without.flatMap((name, index): readonly Problem[] => {
    const path = ['without', String(index)];
    const position = yaml.positionOf(path);
    if (!known.includes(name)) return [unknownService(path, name, nearest(name, known), position)];
    const problem = { rule: 'without-effective', where: path.join('.'), path, position };
    if (Object.hasOwn(named, name)) {
      return [{ ...problem, message: `${name} is left out here and chosen under services:`, fix: 'keep one of the two' }];
    }
    if (isLeftOutOfProfiles(name, read, Object.keys(named), services)) return [];
    return [{ ...problem, message: `no chosen profile holds or needs ${name}`, fix: 'remove it here' }];
  });
}

function problemsOf(issue: z.core.$ZodIssue, yaml: YamlFile, file: string, above: readonly string[] = []): readonly Problem[] {
  const path = [...above, ...issue.path.map(String)];
  const where = path.join('.') || file;
  const { pattern, place } = placeAt(path);
  const value = valueAt(yaml.data, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], keysAt(pattern), yaml, file));
  if (issue.code === 'invalid_key') {
    return [
      {
        rule: place?.name?.rule ?? 'wrong-type',
        where,
        message: `${JSON.stringify(path.at(-1) ?? '')} is no name ${place?.name?.of ?? 'that can stand here'}`,
        fix: place?.name?.fix ?? 'choose another name',
        path,
        position: yaml.keyPositionOf(path),
      },
    ];
  }
  if (issue.code === 'invalid_union' && typeof value === 'object' && value !== null) {
    const [branch] = issue.errors.filter((issues) =>
      issues.every(({ path: below, code }) => below.length > 0 || code === 'unrecognized_keys'),
    );
    if (branch) return branch.flatMap((inner) => problemsOf(inner, yaml, file, path));
  }
  const must = place?.must ?? 'something else';
  const fix = place?.fix ?? 'correct the value';
  if (value === undefined || value === null) {
    const message = `is ${value === null ? 'empty' : 'missing'}; it must be ${must}`;
    return [{ rule: 'missing-key', where, message, fix, path, position: yaml.keyPositionOf(path) }];
  }
  const why = typeof value === 'string' ? place?.why?.(value) : undefined;
  const meant = issue.code === 'invalid_value' && typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined;
  const rule = issue.code === 'invalid_type' ? 'wrong-type' : (place?.rule ?? 'wrong-type');
  const message = `${place?.hidden ? 'it' : shown(value)} ${why ?? `must be ${must}`}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  return [
    {
      rule: rule === 'domain-valid' && typeof value === 'string' && value.endsWith('.local') ? 'domain-local' : rule,
      where,
      message,
      fix: meant === undefined ? fix : `write ${meant}`,
      path,
      position: yaml.positionOf(path),
    },
  ];
}

function unknownKey(path: readonly string[], valid: readonly string[], yaml: YamlFile, file: string): Problem {
  const key = path.at(-1) ?? '';
  const meant = nearest(key, valid);
  return {
    rule: 'unknown-key',
    where: path.slice(0, -1).join('.') || file,
    message: `there is no key ${JSON.stringify(key)} here${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    fix: meant === undefined ? `the keys are ${valid.join(', ')}` : `write ${meant}`,
    path,
    position: yaml.keyPositionOf(path),
  };
}

function complete(read: DeclarationInput, chosen: ReadonlyMap<string, string>, profiled: readonly string[], folder: string): Declaration {
  const { name, domain, admin, images, runtime, tls, bind, ports, mail, machine, services, payments, clients } = read;
  const isTrial = domain === 'localhost' || domain.endsWith('.localhost');
  return {
    name: name ?? nameFrom(folder),
    domain,
    admin,
    images,
    runtime,
    tls,
    bind: bind ?? (isTrial ? '127.0.0.1' : '0.0.0.0'),
    ports,
    ...(mail ? { mail } : {}),
    ...(machine ? { machine: machineOf(machine) } : {}),
    services: Object.fromEntries([
      ...profiled.map((service) => [service, {}] as const),
      ...[...chosen].map(([written, meant]) => [meant, overrideOf(meant, services[written] ?? {})] as const),
    ]),
    ...(payments ? { payments } : {}),
    ...(clients ? { clients } : {}),
  };
}

type OverrideInput = NonNullable<DeclarationInput['services'][string]>;

function overrideOf(service: string, { env, limits, workers, ...read }: Partial<OverrideInput>): ServiceOverride {
  return {
    ...read,
    ...(env ? { env: envOf(service, env) } : {}),
    ...(limits ? { limits: limitsOf(limits) } : {}),
    ...(workers
      ? {
          workers: Object.fromEntries(
            Object.entries(workers).map(([worker, own]) => [worker, { limits: own.limits && limitsOf(own.limits) }]),
          ),
        }
      : {}),
  };
}

function envOf(service: string, env: NonNullable<OverrideInput['env']>): ServiceOverride['env'] {
  return Object.fromEntries(
    Object.entries(env).map(([variable, value]) => [
      variable,
      typeof value === 'object' ? { kind: 'secret', id: `${service}.${value.secret}` } : value,
    ]),
  );
}

/** The schema's pattern of a size is the type's: digits, then a unit. */
function limitsOf({ memory, ...limits }: NonNullable<OverrideInput['limits']>): ServiceOverride['limits'] {
  return { ...limits, memory: memory as Memory | undefined };
}

function machineOf({ memory, disk, gpus, ...machine }: NonNullable<DeclarationInput['machine']>): Declaration['machine'] {
  // As above: the schema's pattern is the type's.
  return {
    ...machine,
    memory: memory as Memory | undefined,
    disk: disk as Memory | undefined,
    gpus: gpus as readonly Memory[] | undefined,
  };
}

/** `My Cluster` gives `my-cluster`; a name of which nothing is left gives `cluster`. */
function nameFrom(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 31)
    .replace(/-+$/, '');
  return patterns.cluster.test(name) ? name : 'cluster';
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const line = ({ position }: Problem): number => position?.line ?? 0;
  const column = ({ position }: Problem): number => position?.column ?? 0;
  return problems.toSorted((a, b) => line(a) - line(b) || column(a) - column(b));
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined,
    data,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a message, short and never a list or map in full. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const printed = JSON.stringify(value) ?? 'this';
  return printed.length > 60 ? `${printed.slice(0, 57)}…"` : printed;
}
