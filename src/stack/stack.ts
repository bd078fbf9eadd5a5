import type { GrantRecord, Provider, Step } from '../contracts/index.ts';
import type { Argument, Bypass, Content, IdentityHeaders, Plain, Secret, SecretRequest, Service, Value } from '../service/index.ts';
import type { SignOnClient } from './clients.ts';
import type { Declaration, ServiceOverride } from './declaration.ts';
import type { Placement } from './placement.ts';

/** Where the clients and providers of contracts meet. */
export type MeetingPlace = 'apps' | 'data' | 'engine' | 'engine-control';

/**
 * A service that believes what a request says about its sender, or asks nobody who comes, has a door of its own, on which nobody but
 * the edge can knock; one that has to know the addresses there has a fixed one. Its providers it meets apart from their other clients.
 */
export type NetworkName = 'edge' | MeetingPlace | `door-${string}` | `fixed-door-${string}` | `${MeetingPlace}-for-${string}`;

/** The image a unit is made from: upstream's, or one built on this machine from a recipe. */
export interface ImageChoice {
  readonly source: 'upstream' | 'debian';
  readonly reference: string;
  readonly recipe?: string;
  /** Programs that it is known to have; absent where nobody recorded them. */
  readonly tools?: readonly string[];
}

export interface ResolvedFile {
  readonly name: string;
  /** Path inside the unit. */
  readonly path: string;
  readonly content: Content;
}

/** Who may pass a route, with the owner's changes in it; groups hold every tier above the named ones. */
export type ResolvedAccess =
  | {
      readonly kind: 'edge';
      readonly groups: readonly string[];
      readonly secondFactor: boolean;
      readonly basic: boolean;
      readonly identity: IdentityHeaders;
      readonly alone: boolean;
      /** It has others beside the edge, and believes only addresses of its door. */
      readonly door?: true;
      readonly bypass: readonly Bypass[];
    }
  | {
      readonly kind: 'login';
      readonly need: string;
      readonly groups: readonly string[];
      readonly secondFactor: boolean;
      readonly start: string;
    }
  | { readonly kind: 'directory'; readonly need: string; readonly why: string }
  | { readonly kind: 'open'; readonly why: string };

/** A need that no service of the stack answers, or more than one does. */
export interface UnmetNeed {
  readonly key: string;
  readonly kind: string;
  /** Services of the stack that could answer; empty or several. */
  readonly providers: readonly string[];
  /** Services of the catalog that could. */
  readonly candidates: readonly string[];
}

/** One service with every need granted. Renderers read this and nothing else. */
export interface ResolvedService {
  readonly name: string;
  /** The service that it is a part of: of a worker the one that declares it, of any other its own name. */
  readonly family: string;
  readonly service: Service;
  readonly override: ServiceOverride;
  /** Absent where neither source has an image for it. */
  readonly image?: ImageChoice;
  /** Full public name; absent without a route. */
  readonly host?: string;
  /** Public address, or the empty string. */
  readonly url: string;
  /** Absent without a route. */
  readonly access?: ResolvedAccess;
  /** Of a worker: the paths of its family's host that lead to it, to which port, and whether they are taken off on the way. */
  readonly routed?: { readonly port: string; readonly paths: readonly string[]; readonly strip?: true };
  /** Of a worker: it is given nothing of its family's environment, and so none of what that was granted. */
  readonly apart?: true;
  readonly env: Readonly<Record<string, Value>>;
  /** The definition's own values of variables that the owner gives others; absent where there is none. */
  readonly replacedEnv?: Readonly<Record<string, Value>>;
  readonly command?: readonly Argument[];
  /** Program and arguments where the service runs as a child process. */
  readonly argv?: readonly Argument[];
  readonly files: readonly ResolvedFile[];
  /** Secrets that are mounted as files, each once. */
  readonly secretFiles: readonly Secret[];
  readonly networks: readonly NetworkName[];
  readonly dependsOn: readonly string[];
  readonly limits: { readonly memoryBytes: number; readonly cpus: number; readonly pids: number };
  readonly grants: readonly GrantRecord[];
  /** What is run in it once it is healthy, to set it up. */
  readonly setup: readonly Step[];
  /** What the edge answers at the domain itself, by the path below `/.well-known/`. */
  readonly wellKnown?: Readonly<Record<string, Plain>>;
  readonly unmet: readonly UnmetNeed[];
  /** What a function of the definition threw; its env, command and files are absent then. */
  readonly broken?: string;
}

/** The owner's choice with every need granted, every host and address known. Services are sorted by name. */
export interface ResolvedStack {
  readonly name: string;
  readonly declaration: Declaration;
  readonly domain: string;
  readonly placement: Placement;
  readonly edge: { readonly bind: string; readonly http: number; readonly https: number };
  readonly services: readonly ResolvedService[];
  /** The provider of each contract in this stack, by the contract's kind. */
  readonly providers: Readonly<Record<string, Provider>>;
  readonly grants: readonly GrantRecord[];
  /** Applications that sign people in at the sign-on server, inside and outside the cluster. */
  readonly clients: readonly SignOnClient[];
  readonly secrets: readonly SecretRequest[];
  /** Every group that exists from the start: the tiers and those that routes name. */
  readonly groups: readonly string[];
}

/** The services as they were chosen, without their workers. */
export function withoutWorkers({ services }: Pick<ResolvedStack, 'services'>): readonly ResolvedService[] {
  return services.filter(({ name, family }) => name === family);
}

/** Whether the unit itself mounts this volume of its service's: one that is a worker's `only`, no other unit does. */
export function mounts({ name, family, service }: ResolvedService, volume: string): boolean {
  return name !== family || service.volumes?.[volume]?.only === undefined;
}

export function serviceOf(stack: ResolvedStack, name: string): ResolvedService | undefined {
  return stack.services.find((service) => service.name === name);
}
