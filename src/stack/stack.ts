import type { GrantRecord, Provider } from '../contracts/index.ts';
import type { Argument, Content, Secret, SecretRequest, Service, Value } from '../service/index.ts';
import type { Declaration, ServiceOverride } from './declaration.ts';
import type { Placement } from './placement.ts';

export type NetworkName = 'edge' | 'apps' | 'data';

/** The image a unit is made from: upstream's, or one built on this machine from a recipe. */
export interface ImageChoice {
  readonly source: 'upstream' | 'debian';
  readonly reference: string;
  readonly recipe?: string;
}

export interface ResolvedFile {
  readonly name: string;
  /** Path inside the unit. */
  readonly path: string;
  readonly content: Content;
}

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
  readonly service: Service;
  readonly override: ServiceOverride;
  /** Absent where neither source has an image for it. */
  readonly image?: ImageChoice;
  /** Full public name; absent without a route. */
  readonly host?: string;
  /** Public address, or the empty string. */
  readonly url: string;
  /** Groups that the edge lets pass; absent where another kind of access was decided. */
  readonly groups?: readonly string[];
  readonly env: Readonly<Record<string, Value>>;
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
  readonly secrets: readonly SecretRequest[];
  /** Every group that exists from the start: the tiers and those that routes name. */
  readonly groups: readonly string[];
}

export function serviceOf(stack: ResolvedStack, name: string): ResolvedService | undefined {
  return stack.services.find((service) => service.name === name);
}
