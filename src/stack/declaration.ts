import type { Payments } from '../contracts/index.ts';
import type { Memory, Secret } from '../service/index.ts';

interface LimitsOverride {
  readonly memory?: Memory | undefined;
  readonly cpus?: number | undefined;
  readonly pids?: number | undefined;
}

/** What an owner may say about one service; every key is optional. */
export interface ServiceOverride {
  readonly host?: string | undefined;
  /** Groups that may pass, in place of the catalog's; only where the sign-on server decides. */
  readonly groups?: readonly string[] | undefined;
  /** Whether a password alone is too little, in place of the catalog's word. */
  readonly secondFactor?: boolean | undefined;
  readonly limits?: LimitsOverride | undefined;
  /** By the worker's name in its service. */
  readonly workers?: Readonly<Record<string, { readonly limits?: LimitsOverride | undefined }>> | undefined;
  /** Secrets are those that only the owner has. */
  readonly env?: Readonly<Record<string, string | number | boolean | Secret>> | undefined;
}

/** An application outside the cluster that signs people in here; only its redirects have no default. */
export interface DeclaredClient {
  readonly title?: string | undefined;
  readonly redirects: readonly string[];
  readonly postLogoutRedirects?: readonly string[] | undefined;
  /** It can keep no secret: a program on a person's own machine, or in a browser. */
  readonly public?: boolean | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly secondFactor?: boolean | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly grants?: readonly string[] | undefined;
  readonly responseTypes?: readonly string[] | undefined;
  readonly responseModes?: readonly string[] | undefined;
  readonly authMethod?: string | undefined;
  readonly requirePkce?: boolean | undefined;
  readonly consent?: string | undefined;
  readonly consentDuration?: string | undefined;
  /** Claims that stand in the ID token too, for applications that ask nowhere else. */
  readonly idTokenClaims?: readonly string[] | undefined;
  readonly audience?: readonly string[] | undefined;
}

/**
 * A mail server outside that takes what the cluster mails, or what leaves the cluster where this has a mail server of its own; the password
 * is the secret `mail.relayPassword`.
 */
interface MailRelay {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly from: string;
  /** Certificates in PEM that vouch for it beside the public ones; only a mail server of the cluster reads them. */
  readonly authority?: string | undefined;
}

/** The machine the cluster is for, where it is another than the one at hand. */
interface DeclaredMachine {
  readonly memory?: Memory | undefined;
  readonly cpus?: number | undefined;
  /** Size of the disk for images and volumes. */
  readonly disk?: Memory | undefined;
  /** Memory of each graphics card. */
  readonly gpus?: readonly Memory[] | undefined;
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
  readonly mail?: MailRelay | undefined;
  readonly machine?: DeclaredMachine | undefined;
  /** Everything that was chosen, by name or by profile. */
  readonly services: Readonly<Record<string, ServiceOverride>>;
  /** Who may pay what, and how; nobody pays anything where absent. */
  readonly payments?: Payments | undefined;
  /** By client id. */
  readonly clients?: Readonly<Record<string, DeclaredClient>> | undefined;
}
