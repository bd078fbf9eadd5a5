import { catalog } from '../catalog/index.ts';
import { DatamancyError } from '../kit/errors.ts';
import { levelTitles, provenLevel } from '../levels/levels.ts';
import type { Service } from '../service/index.ts';
import { groupBy } from '../stack/group-by.ts';
import { bytesOf, inUnits } from '../stack/memory.ts';
import type { Profile } from '../stack/profiles.ts';
import { areInConflict, profiles, profilesOf } from '../stack/profiles.ts';
import { unitsOf } from '../stack/workers.ts';
import { loadCluster } from './cluster.ts';
import { colors } from './colors.ts';
import { printColumns } from './columns.ts';
import { printJson } from './output.ts';

interface Options {
  readonly cluster?: string;
  readonly json?: true;
  readonly search?: string;
  /** The least that must be proved of them. */
  readonly level?: string;
}

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly profiles: readonly Profile[];
  /** Where its image comes from. */
  readonly runsFrom: 'upstream' | 'debian' | 'both' | 'none';
  /** Limits of all its units together. */
  readonly memoryBytes: number;
  readonly access: string;
  readonly docs: string;
  /** What is proved of it; null for an owner's own service. */
  readonly level: number | null;
  readonly chosen: boolean;
}

/** Lists what there is to choose from, by profile; in a cluster also the owner's own services, and what is chosen. */
export async function listCatalog(options: Options): Promise<number> {
  const { services, chosen } = await choices(options.cluster);
  const entries = Object.values(services)
    .filter((service) => matches(service, services, options.search ?? ''))
    .map((service) => entryOf(service, services, chosen))
    .filter((entry) => (entry.level ?? -1) >= Number(options.level ?? -1))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (options.json) printJson({ services: entries });
  else if (entries.length === 0) console.log(`no service ${asked(options)}`);
  else printEntries(entries);
  return 0;
}

function asked({ search, level }: Options): string {
  const words = [
    ...(search === undefined ? [] : [`has ${JSON.stringify(search)} in its name, title, summary, profiles, offers or alternatives`]),
    ...(level === undefined ? [] : [`is proved to level ${level}`]),
  ];
  return words.join(' and ');
}

async function choices(
  cluster: string | undefined,
): Promise<{ readonly services: Readonly<Record<string, Service>>; readonly chosen: readonly string[] }> {
  try {
    const { services, declaration } = await loadCluster(cluster);
    return { services, chosen: Object.keys(declaration?.services ?? {}) };
  } catch (cause) {
    if (cluster === undefined && cause instanceof DatamancyError && cause.code === 'E_CLUSTER_MISSING')
      return { services: catalog, chosen: [] };
    throw cause;
  }
}

function entryOf(service: Service, services: Readonly<Record<string, Service>>, chosen: readonly string[]): Entry {
  const { name, title, summary, docs, image, debian } = service;
  return {
    name,
    title,
    summary,
    profiles: profilesOf(service, services),
    runsFrom: image === undefined ? (debian === undefined ? 'none' : 'debian') : debian === undefined ? 'upstream' : 'both',
    memoryBytes: unitsOf(service).reduce((sum, { limits }) => sum + bytesOf(limits.memory), 0),
    access: accessOf(service),
    docs,
    level: provenLevel(name) ?? null,
    chosen: chosen.includes(name),
  };
}

/** How one gets in, and the least group that may. */
function accessOf({ route }: Service): string {
  if (!route) return '-';
  const { access } = route;
  if ('open' in access) return 'open';
  if ('directory' in access) return 'LDAP';
  return `${'login' in access ? 'OIDC' : 'edge'} ${access.groups[0]}`;
}

/** Whether each word stands somewhere in what is known of it: its names, what it is and offers, and what could take its place. */
function matches(service: Service, services: Readonly<Record<string, Service>>, phrase: string): boolean {
  const { name, title, summary, category, provides = {} } = service;
  const alternatives = Object.values(services).filter((other) => areInConflict(service, other));
  const texts = [
    name,
    title,
    summary,
    category,
    ...profilesOf(service, services),
    ...Object.keys(provides),
    ...alternatives.map((other) => other.name),
  ];
  const known = texts.join('\n').toLowerCase();
  return phrase
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}

function printEntries(entries: readonly Entry[]): void {
  const byProfile = groupBy(entries, (entry) => entry.profiles[0]);
  const rows = [...profiles, undefined].flatMap((profile) => {
    const found = byProfile.get(profile) ?? [];
    return found.length === 0 ? [] : [[], [colors.bold(profile ?? 'in no profile')], ...found.map(rowOf)];
  });
  printColumns([['  NAME', 'MEMORY', 'RUNS FROM', 'ACCESS', 'LEVEL', 'WHAT IT IS'].map(colors.dim), ...rows]);
  const shown = new Set(entries.map(({ level }) => level));
  console.log(`\n${colors.dim('what the tests proved')}`);
  for (const [level, words] of levelTitles.entries()) if (shown.has(level)) console.log(`  ${level}  ${words}`);
  const chosen = entries.filter((entry) => entry.chosen).length;
  console.log(
    `\n${entries.length === 1 ? 'one service' : `${entries.length} services`}${chosen === 0 ? '' : `, ${chosen} of them chosen (${colors.green('*')})`}; choose one with: datamancy add NAME`,
  );
}

function rowOf({ profiles: [, ...also], ...entry }: Entry): readonly string[] {
  const { name, title, summary, runsFrom, memoryBytes, access, level, chosen } = entry;
  const others = also.length === 0 ? '' : ` Also in ${also.join(', ')}.`;
  const titled = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') === name ? '' : `${title}. `;
  const facts = [inUnits(memoryBytes), runsFrom, access, String(level ?? '-')];
  return [`${chosen ? colors.green('*') : ' '} ${name}`, ...facts, `${titled}${summary}${others}`];
}
