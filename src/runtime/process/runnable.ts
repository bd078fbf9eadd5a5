import { run } from '../../kit/process.ts';
import type { Service } from '../../service/index.ts';

/** What of a choice of services this machine can run as processes, and why not the rest. */
export interface Runnable {
  readonly services: readonly Service[];
  /** One sentence for each service that is left out. */
  readonly leftOut: readonly string[];
  /** The main package and version that each service runs from; absent for our own daemons. */
  readonly versions: ReadonlyMap<string, string>;
}

type Installed = ReadonlyMap<string, string>;

/**
 * Takes those that have a process section and their packages installed, and leaves out what needs one that is left out. Where
 * there is no dpkg to ask, the packages are believed to be there.
 */
export async function runnableAsProcesses(chosen: readonly Service[]): Promise<Runnable> {
  const installed = await installedVersions(chosen.flatMap(({ process }) => process?.packages ?? []));
  const reasons = new Map<string, string>();
  for (const service of chosen) {
    const reason = await whyNot(service, installed);
    if (reason !== undefined) reasons.set(service.name, reason);
  }
  for (let before = -1; before < reasons.size; ) {
    before = reasons.size;
    for (const service of chosen) {
      const provider = missedProvider(service, chosen, reasons);
      if (provider !== undefined && !reasons.has(service.name)) reasons.set(service.name, `it needs ${provider}`);
    }
  }
  const services = chosen.filter(({ name }) => !reasons.has(name));
  return {
    services,
    leftOut: [...reasons].map(([name, reason]) => `${name} is left out: ${reason}`).toSorted(),
    versions: new Map(services.flatMap(({ name, process }) => mainPackage(name, process?.packages[0], installed))),
  };
}

async function whyNot({ process, workers = {}, hostPaths = [] }: Service, installed: Installed | undefined): Promise<string | undefined> {
  if (!process) return 'it runs only in a container';
  if (Object.keys(workers).length > 0) return 'its workers run only in containers';
  if (hostPaths.length > 0) return 'what it sees of the machine is given only to a container';
  if (!installed) return undefined;
  for (const entry of process.packages) {
    const reasons = await Promise.all(alternatives(entry).map(async (wanted) => unmet(wanted, installed)));
    if (!reasons.includes(undefined)) return reasons[0];
  }
  return undefined;
}

/** The only provider of something it needs, where that one is left out. */
function missedProvider({ needs = {} }: Service, chosen: readonly Service[], reasons: ReadonlyMap<string, string>): string | undefined {
  for (const { kind } of Object.values(needs)) {
    const providers = chosen.filter(({ provides }) => provides && Object.hasOwn(provides, kind));
    if (providers.length > 0 && providers.every(({ name }) => reasons.has(name))) return providers[0]?.name;
  }
  return undefined;
}

interface Wanted {
  readonly name: string;
  /** Lowest version that will do. */
  readonly version: string | undefined;
}

/** As in a Depends field: https://www.debian.org/doc/debian-policy/ch-relationships.html */
function alternatives(entry: string): readonly Wanted[] {
  return entry.split('|').map((alternative) => {
    const { name = alternative.trim(), version } =
      /^(?<name>[^\s(]+)\s*(?:\(>=\s*(?<version>[^)\s]+)\))?$/.exec(alternative.trim())?.groups ?? {};
    return { name, version };
  });
}

async function unmet({ name, version }: Wanted, installed: Installed): Promise<string | undefined> {
  const found = installed.get(name);
  if (found === undefined) return `the package ${name} is not installed (apt-get install ${name})`;
  if (version === undefined) return undefined;
  const { status } = await run(['dpkg', '--compare-versions', found, 'ge', version]);
  return status === 0 ? undefined : `it needs ${name} ${version} or newer, and ${found} is installed`;
}

async function installedVersions(entries: readonly string[]): Promise<Installed | undefined> {
  const names = [...new Set(entries.flatMap(alternatives).map(({ name }) => name))];
  if (names.length === 0) return new Map();
  const { status, stdout } = await run(['dpkg-query', '-W', '-f', '${Package}\\t${db:Status-Status}\\t${Version}\\n', ...names]);
  if (status === 127) return undefined;
  const rows = stdout.split('\n').map((line) => line.split('\t'));
  return new Map(rows.flatMap(([name = '', state, version = '']) => (state === 'installed' ? [[name, version]] : [])));
}

function mainPackage(service: string, entry: string | undefined, installed: Installed | undefined): readonly (readonly [string, string])[] {
  if (entry === undefined) return [];
  const found = alternatives(entry).find(({ name }) => installed?.has(name) === true);
  return found ? [[service, `${found.name}=${installed?.get(found.name) ?? ''}`]] : [];
}
