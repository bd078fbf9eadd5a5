import type { CookieSettings, GateConfig } from './config.ts';
import type { Directory } from './directory.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Theme } from './pages/layout.ts';
import type { PortalApp } from './portal-apps.ts';
import type { Regulation } from './regulation.ts';
import type { Sessions } from './sessions.ts';

/** All parts that requests are answered with. */
export interface Gate {
  readonly config: Pick<GateConfig, 'cookies' | 'access' | 'sessionSecret' | 'refreshIntervalMs'>;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly regulation: Regulation;
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
}

/** Hono's environment: the connection, and the portal a page request belongs to. */
export interface GateEnv {
  readonly Bindings: Connection;
  readonly Variables: { portal: CookieSettings };
}
