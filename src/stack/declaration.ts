import type { Memory } from '../service/index.ts';

/** What an owner may say about one service; every key is optional. */
export interface ServiceOverride {
  readonly host?: string | undefined;
  /** Groups that may pass, in place of the catalog's; only where the edge checks groups. */
  readonly groups?: readonly string[] | undefined;
  readonly limits?:
    | { readonly memory?: Memory | undefined; readonly cpus?: number | undefined; readonly pids?: number | undefined }
    | undefined;
  readonly env?: Readonly<Record<string, string | number | boolean>> | undefined;
}

type ImageSource = 'auto' | 'upstream' | 'debian';

/** cluster.yaml, parsed: the only file a person edits. */
export interface Declaration {
  /** Names the project, the networks and the volumes on the engine. */
  readonly name: string;
  readonly domain: string;
  readonly admin: { readonly name: string; readonly email: string };
  readonly images: ImageSource;
  readonly runtime: 'auto' | 'compose' | 'process';
  readonly tls: 'internal' | { readonly acme: { readonly email: string } };
  /** Address on which the edge listens: loopback for a trial, all for a real domain. */
  readonly bind: string;
  readonly ports: { readonly http?: number | undefined; readonly https?: number | undefined };
  readonly services: Readonly<Record<string, ServiceOverride>>;
}
