import type { Service, Value } from '../../service/index.ts';
import type { ResolvedService } from '../stack.ts';
import { literalsIn, literalsOf } from './literals.ts';

/** Where a definition, or the owner, wrote words in clear. */
export interface Place {
  /** As in `its variable URL`. */
  readonly what: string;
  readonly words: readonly string[];
  /** Keys below the service in cluster.yaml. */
  readonly below: readonly string[];
}

/** The variables and files of a unit. */
export function placesOf({ env, files }: Pick<ResolvedService, 'env' | 'files'>): readonly Place[] {
  return [
    ...Object.entries(env).map(([variable, value]) => ({
      what: `its variable ${variable}`,
      words: literalsOf(value),
      below: ['env', variable],
    })),
    ...files.map(({ name, content }) => ({ what: `its file ${name}`, words: literalsIn(content), below: [] })),
  ];
}

/** Words of a command line in clear. */
export function wordsOf(command: readonly Value[] | undefined): readonly string[] {
  return (command ?? []).map((word) => literalsOf(typeof word === 'number' ? String(word) : word).join(''));
}

/** The inside path `below`, or something under it. */
export function isWithin(path: string, below: string): boolean {
  const root = below.replace(/\/+$/, '');
  return path === below || path === root || path.startsWith(`${root}/`);
}

/** Paths of the directories in memory that it asks for. */
export function tmpfsPathsOf({ tmpfs = [] }: Pick<Service, 'tmpfs'>): readonly string[] {
  return tmpfs.map((each) => (typeof each === 'string' ? each : each.path));
}

/** What programs take for yes in a variable. */
export function isYes(value: Value): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(?:true|1|yes|on)$/i.test(value));
}

/** What programs take for no in a variable. */
export function isNo(value: Value): boolean {
  return value === false || value === 0 || (typeof value === 'string' && /^(?:false|0|no|off)$/i.test(value));
}

/** What is mounted in a unit at a path that its definition names. */
export interface Mount {
  /** As in `its volume data`. */
  readonly what: string;
  readonly path: string;
  readonly kind: 'file' | 'volume' | 'memory' | 'machine' | 'machine-read-only';
}

/** Everything that is mounted in a unit, with the directory in memory that each has at /tmp. */
export function mountsOf({ service, files }: Pick<ResolvedService, 'service' | 'files'>): readonly Mount[] {
  const { volumes = {}, hostPaths = [] } = service;
  const memory = [...new Set(['/tmp', ...tmpfsPathsOf(service)])];
  return [
    ...files.map(({ name, path }): Mount => ({ what: `its file ${name}`, path, kind: 'file' })),
    ...Object.entries(volumes).map(([volume, { path }]): Mount => ({ what: `its volume ${volume}`, path, kind: 'volume' })),
    ...memory.map((path): Mount => ({ what: `its tmpfs ${path}`, path, kind: 'memory' })),
    ...hostPaths.map(
      ({ path, target, writable }): Mount => ({
        what: `${path} of the machine`,
        path: target ?? path,
        kind: writable === undefined ? 'machine-read-only' : 'machine',
      }),
    ),
  ];
}
