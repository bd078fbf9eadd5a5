import type { ClusterFolder } from '../deploy/folder.ts';
import type { StoredRelease } from '../deploy/release.ts';
import type { Runtime, Unit } from '../runtime/runtime.ts';
import type { Secret } from '../service/index.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import type { EdgeClient } from './senses/edge.ts';
import type { HostSenses } from './senses/host.ts';

/** The part of a runtime that looks. `exec` is for commands that read. */
type RuntimeSenses = Pick<Runtime, 'observe' | 'logs' | 'exec' | 'supports'>;

/** Everything a check may look with; nothing in it changes the cluster. */
export interface CheckContext {
  readonly stack: ResolvedStack;
  readonly folder: ClusterFolder;
  /** The release that was applied last. */
  readonly release: StoredRelease;
  /** Digest of each service's definition as it is declared now. */
  readonly digests: Readonly<Record<string, string>>;
  /** Every unit, as observed once before the checks began. */
  readonly units: readonly Unit[];
  readonly runtime: RuntimeSenses;
  /** The characters of a secret; throws E_SECRET_UNKNOWN where there is none. */
  readonly secret: (secret: Secret) => string;
  /** The text with every secret of the cluster blacked out. */
  readonly redact: (text: string) => string;
  readonly edge: EdgeClient;
  readonly host: HostSenses;
}
