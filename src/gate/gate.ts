import type { Links } from './account/links.ts';
import type { BasicCheck } from './basic.ts';
import type { Bouncer } from './bouncer.ts';
import type { CookieSettings, GateConfig } from './config.ts';
import type { Directory } from './directory.ts';
import type { Log } from '../kit/log.ts';
import type { Mailer } from './mailer.ts';
import type { Metrics } from './metrics.ts';
import type { Theme } from '../kit/page/layout.ts';
import type { PortalApp } from './portal-apps.ts';
import type { Records } from './records.ts';
import type { Regulation } from './regulation.ts';
import type { Sessions } from './sessions.ts';
import type { Store } from './store.ts';

/** All parts that requests are answered with. */
export interface Gate {
  readonly config: Pick<
    GateConfig,
    | 'cookies'
    | 'access'
    | 'oidc'
    | 'account'
    | 'endpoints'
    | 'sessionSecret'
    | 'refreshIntervalMs'
    | 'storage'
    | 'totp'
    | 'webauthn'
    | 'defaultSecondFactor'
  >;
  readonly directory: Directory;
  readonly records: Records;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly regulation: Regulation;
  /** Counts who asks for links to choose a password, apart from sign-ins. */
  readonly resets: Regulation;
  /** Counts who asks for a passkey's challenge without being signed in. */
  readonly challenges: Regulation;
  readonly links: Links;
  readonly mailer: Mailer;
  readonly basic: BasicCheck;
  /** Undefined where nothing in the cluster decides about addresses. */
  readonly bouncer: Bouncer | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly theme: Theme;
  readonly apps: readonly PortalApp[];
  /** Refused sign-ins are answered after whole multiples of this time, so that they say nothing by being quick. */
  readonly refusalStepMs: number;
}

/** What Node's server tells about a request beside the request itself. */
interface Connection {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string | undefined } };
  readonly outgoing?: unknown;
}

/**
 * Hono's environment: the connection, the portal a page request belongs to, and where its forms may lead beside the portal's domain, as
 * sources of a content security policy.
 */
export interface GateEnv {
  readonly Bindings: Connection;
  readonly Variables: { portal: CookieSettings; formTargets?: readonly string[]; clientName?: string };
}
