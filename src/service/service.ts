import type { Size } from '../kit/size.ts';
import type { Access, KeysOfKind } from './access.ts';
import type { Content, Plain } from './content.ts';
import type { Alert, Panel } from './figures.ts';
import type { Health, LogSignature, Smoke } from './health.ts';
import type { GrantOf, Need, Path } from './need.ts';
import type { Argument, Value } from './text.ts';
import type { SetupStep, Worker } from './worker.ts';

export type Memory = Size;
export type Category =
  | 'edge'
  | 'identity'
  | 'data'
  | 'monitoring'
  | 'ai'
  | 'apps'
  | 'collaboration'
  | 'communication'
  | 'media'
  | 'automation'
  | 'backup'
  | 'management'
  | 'tools'
  | 'docs'
  | 'chain';

export interface Port {
  readonly protocol: 'http' | 'tcp' | 'udp';
  readonly number: number;
}

/** Every volume states how it is backed up, or why it is not. */
type Backup = 'hourly' | 'daily' | 'weekly' | { readonly skip: string };

export interface Volume {
  readonly path: Path;
  /** data: lost for good when lost; cache: can be made again; config: written by the app about itself. */
  readonly role: 'data' | 'cache' | 'config';
  readonly backup: Backup;
  /** Room that the disk should have for it, for a first year or so; no limit. 256MiB where absent. */
  readonly size?: Memory;
  /** The worker that alone mounts it, where the service's other units have no business there. */
  readonly only?: string;
}

/** Never satisfied; its argument is what the compiler shows to the person who wrote the mistake. */
interface Mistake<Message extends string> {
  readonly mistake: Message;
}

type PinnedImage<I extends string> = string extends I
  ? string
  : I extends `${string}:latest`
    ? Mistake<'pin a version: "latest" is not one'>
    : I extends `${string}:${string}`
      ? I
      : Mistake<'an image needs a tag, as in "name:1.2.3"'>;

interface Route<PortName, Needs> {
  readonly port: PortName;
  /** First label of the public name; the service's name where absent. */
  readonly host?: string;
  /** Why pages outside the cluster may show it in a frame; only its own pages and those of other services may where absent. */
  readonly framedElsewhere?: string;
  readonly access: Access<Needs>;
  /** Roles of the app and the groups that get them, highest first: `{ admin: ['admin'], reader: ['viewer'] }`. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
}

export interface Limits {
  readonly memory: Memory;
  readonly cpus: number;
  /** Processes and threads; 256 where absent. */
  readonly pids?: number;
}

/** Limits with nothing left to parse: bytes, and processors. */
export interface UnitLimits {
  readonly memoryBytes: number;
  readonly cpus: number;
}

/** Each exception from the hardening that every unit gets, with its reason. */
export interface Allow {
  readonly root?: string;
  readonly writableRoot?: string;
  readonly privileges?: string;
  /** The image has a first process of its own, such as s6, which must be number 1. */
  readonly ownInit?: string;
  /** Upstream gives no image a version, so its tag moves; `datamancy lock` holds it where it is. */
  readonly floatingTag?: string;
  readonly capabilities?: Readonly<Record<string, string>>;
}

/** A writable directory in memory: as large as 64 MiB, and nothing in it can be executed, unless it says otherwise. */
export interface Tmpfs {
  readonly path: Path;
  readonly size?: Memory;
  /** Why programs are executed in it. */
  readonly exec?: string;
}

/** Something of the machine itself that a unit in a container sees. */
export interface HostPath {
  /** Where it is on the machine; it must be there before the unit starts. */
  readonly path: Path;
  /** Where the unit finds it; the same path where absent. */
  readonly target?: Path;
  /** Why the service cannot do without. */
  readonly reason: string;
  /** Why it may also write there. */
  readonly writable?: string;
}

/** One graphics card of NVIDIA's with at least this much memory of its own. */
export interface Gpu {
  readonly vram: Memory;
}

/** A file that the unit finds at `path`, or a folder where a renderer makes several; read-only. There is none where its content is `absent`. */
interface ConfigFile<Context> {
  readonly path: Path;
  readonly content: (context: Context) => Content | 'absent';
  /** Whose expressions the `{{ … }}` in it are: the program fills them in when it reads the file. */
  readonly templates?: string;
}

/** Where this unit lives for the runtime at hand: the same words in a container and as a child process. */
interface Here<Ports, Volumes, Files> {
  readonly listen: { readonly [K in keyof Ports]: { readonly address: string; readonly port: number } };
  readonly volume: { readonly [K in keyof Volumes]: string };
  readonly file: { readonly [K in keyof Files]: string };
  /** Folder on this machine with what the recipe copies into its image, such as an entrypoint script; empty in a container. */
  readonly recipe: string;
  /** Where the units of this service find each other: a port of the service itself, or of the worker that is named. */
  readonly reach: (port: string, worker?: string) => { readonly host: string; readonly port: number };
  /** Addresses from which the edge and the service's own workers come, as in `10.200.3.32/27`, where its access says `door`; else empty. */
  readonly door: string;
  /** What the service's own unit may use, with the owner's changes; a worker finds its own in `worker.limits`. */
  readonly limits: UnitLimits;
}

export interface ClusterFacts {
  readonly name: string;
  readonly domain: string;
  /** Address of this machine at which the edge listens; 0.0.0.0 and :: stand for every one. */
  readonly bind: string;
  readonly admin: { readonly name: string; readonly email: string };
}

/** The part of a context that needs no grant, for a function that two fields of one definition share. */
export interface Facts<PortName extends string, VolumeName extends string = never, FileName extends string = never> {
  readonly here: Here<Record<PortName, unknown>, Record<VolumeName, unknown>, Record<FileName, unknown>>;
  readonly url: string;
}

/** What env, command and files are made from: every grant under its need's name, and where the unit lives. */
type Context<Ports, Volumes, Needs, Files> = { readonly [K in keyof Needs]: GrantOf<Needs[K]> } & {
  readonly here: Here<Ports, Volumes, Files>;
  readonly cluster: ClusterFacts;
  /** Public address, `https://host[:port]`, without a trailing slash; empty where the service has no route. */
  readonly url: string;
};

type NamedPorts = Readonly<Record<string, Port>>;
type NamedVolumes = Readonly<Record<string, Volume>>;
type NamedNeeds = Readonly<Record<string, Need>>;

export interface Spec<Image extends string, Ports, Volumes, Needs, FileName extends string> {
  readonly title: string;
  readonly summary: string;
  /** What one has to know before one relies on it, in a sentence or a few; its page begins with it. */
  readonly caution?: string;
  /** Upstream's documentation, where the facts of this definition came from. */
  readonly docs: `https://${string}`;
  readonly licence: string;
  readonly category: Category;
  /** Groups of services that are chosen together; the category where absent. */
  readonly profiles?: readonly Category[];
  /** Services that do the same work and cannot stand beside this one. */
  readonly conflicts?: readonly string[];
  /** Upstream's image; absent where upstream keeps none. */
  readonly image?: PinnedImage<Image>;
  /** Recipe under images/ that builds a drop-in from Debian packages. */
  readonly debian?: string;
  /** `uid:gid` the unit runs as, the same in both images. */
  readonly user: `${number}:${number}`;
  readonly ports: Ports;
  readonly volumes?: Volumes;
  readonly needs?: Needs;
  /** Contracts that this service satisfies for others, each with what its provider must say. */
  readonly provides?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly route?: Route<NoInfer<keyof Ports>, NoInfer<Needs>>;
  /** Ports bound on the host. Only the edge and protocols that are no HTTP need one. */
  readonly publish?: readonly NoInfer<keyof Ports>[];
  /** What the edge answers at `https://<domain>/.well-known/<key>`: JSON for anybody, and for pages of every origin. */
  readonly wellKnown?: (context: Context<Ports, Volumes, Needs, Record<FileName, unknown>>) => Readonly<Record<string, Plain>>;
  readonly health: Health<NoInfer<keyof Ports>>;
  readonly limits: Limits;
  readonly allow?: Allow;
  /** Writable directories in memory, beside /tmp; one that names /tmp changes that. */
  readonly tmpfs?: readonly (Path | Tmpfs)[];
  /** What it sees of the machine. A service with any runs only in a container; its workers see none of it. */
  readonly hostPaths?: readonly HostPath[];
  readonly stopSeconds?: number;
  readonly gpu?: Gpu;
  /** Size of /dev/shm; 64 MiB where absent, as engines have it. */
  readonly shm?: Memory;
  /** Figures for who collects them; `token` is the secret that they are given only to, as a bearer of it. */
  readonly metrics?: { readonly port: NoInfer<keyof Ports>; readonly path: Path; readonly token?: KeysOfKind<NoInfer<Needs>, 'secret'> };
  readonly alerts?: readonly Alert[];
  /** Drawn in this order, below what is drawn of every service. */
  readonly dashboard?: readonly Panel[];
  readonly logs?: readonly LogSignature[];
  readonly smoke?: Smoke<NoInfer<keyof Ports>>;
  readonly env?: (context: Context<Ports, Volumes, Needs, Record<FileName, unknown>>) => Readonly<Record<string, Value>>;
  /** Replaces the image's CMD. */
  readonly command?: (context: Context<Ports, Volumes, Needs, Record<FileName, unknown>>) => readonly Argument[];
  readonly files?: Readonly<Record<FileName, ConfigFile<Context<Ports, Volumes, Needs, Record<FileName, unknown>>>>>;
  /** Further processes of the service, each a unit of its own. */
  readonly workers?: Readonly<Record<string, Worker<Context<Ports, Volumes, Needs, Record<FileName, unknown>>>>>;
  /** What is run in the healthy unit at every `up`: users, buckets and the like, by the app's own program. */
  readonly setup?: (context: Context<Ports, Volumes, Needs, Record<FileName, unknown>>) => readonly SetupStep[];
  /** How the same service runs as a child process where no engine can. */
  readonly process?: {
    /** Debian packages that hold the program, as in a Depends field: `radicale (>= 3.4)`, `a | b`. None for our own daemons. */
    readonly packages: readonly string[];
    /** Program and arguments; absent arguments are those of `command`. */
    readonly argv: (context: Context<Ports, Volumes, Needs, Record<FileName, unknown>>) => readonly Argument[];
    readonly env?: (context: Context<Ports, Volumes, Needs, Record<FileName, unknown>>) => Readonly<Record<string, Value>>;
    /** In place of a healthcheck that calls programs which only images have. */
    readonly health?: Health<NoInfer<keyof Ports>>;
    /** What asks it to end; SIGTERM where absent. */
    readonly stopSignal?: 'SIGINT' | 'SIGQUIT';
  };
}

/** A definition with its own names erased, as every part but its author sees it. */
export type Service<Name extends string = string> = { readonly name: Name; readonly image?: string } & Omit<
  Spec<string, NamedPorts, NamedVolumes, NamedNeeds, string>,
  'image'
>;

/** One service of the catalog: data, checked by the compiler against itself, frozen. */
export function defineService<
  const Name extends string,
  const Image extends string,
  const Ports extends NamedPorts,
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- without volumes there is no name of one
  const Volumes extends NamedVolumes = Readonly<Record<never, Volume>>,
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- without needs there is no grant
  const Needs extends NamedNeeds = Readonly<Record<never, Need>>,
  const FileName extends string = never,
>(name: Name, spec: Spec<Image, Ports, Volumes, Needs, FileName>): Service<Name> {
  return Object.freeze({ name, ...spec }) as unknown as Service<Name>;
}

export function http(number: number): Port {
  return { protocol: 'http', number };
}

export function tcp(number: number): Port {
  return { protocol: 'tcp', number };
}

export function udp(number: number): Port {
  return { protocol: 'udp', number };
}

export function volume(path: Path, options: Omit<Volume, 'path'>): Volume {
  return { path, ...options };
}
