import type { Outcome } from './outcome.ts';
import type { Wire } from './wire.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** An application that signs people in at the portal. */
export interface Client {
  readonly id: string;
  /** Absent for a public one. */
  readonly secret?: string;
  readonly redirect: string;
}

/** A cluster to attack: its public face, and people it knows. */
export interface Target {
  /** Sends requests to the edge. */
  readonly wire: Wire;
  readonly domain: string;
  /** Origin of the sign-on server. */
  readonly portal: string;
  readonly portalHost: string;
  /** Hosts of apps behind the edge. All but that of the administrators answer with the headers that arrived there. */
  readonly apps: {
    /** For everybody who signed in. */
    readonly everybody: string;
    readonly admins: string;
    /** For everybody who proved two factors. */
    readonly secondFactor: string;
    /** For everybody, and for programs that send a password with each request. */
    readonly basic: string;
  };
  readonly clients: {
    /** Confidential, asks for no consent, may refresh. */
    readonly usual: Client;
    /** Another one like it. */
    readonly other: Client;
    /** Public, on a person's own machine. */
    readonly native: Client;
    /** Asks people for consent. */
    readonly asking: Client;
    /** For administrators only. */
    readonly admins: Client;
    /** Asks for a second factor. */
    readonly secondFactor: Client;
  };
  /** A person nobody has met, who may enter the first app and not the second. */
  readonly newPerson: () => Promise<Login>;
  /** The text that a link carries which lets this person choose a password, as it comes by mail. */
  readonly linkFor: (login: Login, purpose: 'reset' | 'welcome', lifeMs: number) => Promise<string>;
  /** Takes back what earlier cases made regulation remember. */
  readonly forgive: () => Promise<void>;
}

/** One row of the table. */
export interface Attack {
  readonly id: string;
  /** What is tried, as a sentence without its subject. */
  readonly tried: string;
  readonly attempt: (target: Target) => Promise<Outcome>;
  /** Answers that refuse, or for an honest case grant. */
  readonly status: readonly number[];
  /** What the attempt must bring: nothing for an attack, what he came for to an honest visitor. */
  readonly gains: readonly string[];
}

type Attempt = Attack['attempt'];

/** An attempt that must bring nothing. */
export function refused(id: string, tried: string, status: readonly number[], attempt: Attempt): Attack {
  return { id, tried, attempt, status, gains: [] };
}

/** The honest twin of the attacks around it, so that a refusal says something. */
export function granted(id: string, tried: string, status: readonly number[], gains: readonly string[], attempt: Attempt): Attack {
  return { id, tried, attempt, status, gains };
}
