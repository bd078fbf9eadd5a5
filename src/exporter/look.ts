import { inParallel } from '../kit/in-parallel.ts';
import type { Container, Listed } from './container.ts';
import { type Engine, reasonOf } from './engine.ts';
import { isOurs } from './ours.ts';
import { within } from '../kit/time-limit.ts';

/** What was seen of every container within a moment. */
export interface Look {
  /** By name; what vanished between list and description is not there. */
  readonly containers: readonly Container[];
  /** Listed, but not described in time or not in words that are understood. */
  readonly unread: number;
  /** Beyond `mostContainers`, so nobody asked. */
  readonly leftOut: number;
  /** Why the last of the unread ones is one. */
  readonly reason: string | undefined;
}

export interface LookOptions {
  /** Whose containers come first where not all are looked at. */
  readonly cluster: string;
  /** For the whole look; what is not described by then is unread. */
  readonly lookMs: number;
  readonly mostContainers: number;
  /** How many are asked about at a time. */
  readonly atOnce: number;
}

/** Less than the ten seconds that Prometheus waits. */
export const usualLook = { lookMs: 8000, mostContainers: 1000, atOnce: 8 } as const;

/** Asks for the list, then for each. Throws where there is no list, or where the engine described none of those on it. */
export async function lookAt(engine: Engine, options: LookOptions, outer: AbortSignal): Promise<Look> {
  return await within(options.lookMs, outer, async (signal) => {
    const listed = await engine.list(signal);
    const chosen = inOrder(listed, options.cluster).slice(0, options.mostContainers);
    const containers: Container[] = [];
    const reasons: string[] = [];
    await inParallel(chosen, options.atOnce, async ({ Id }) => {
      try {
        const container = await engine.inspect(Id, signal);
        if (container) containers.push(container);
      } catch (cause) {
        reasons.push(reasonOf(cause));
      }
    });
    const reason = reasons.at(-1);
    if (reason !== undefined && containers.length === 0) throw new Error(reason);
    return { containers: containers.toSorted(byName), unread: reasons.length, leftOut: listed.length - chosen.length, reason };
  });
}

/** Units of the cluster first, then the newest. */
function inOrder(listed: readonly Listed[], cluster: string): readonly Listed[] {
  const rank = ({ Labels }: Listed): number => (isOurs(Labels, cluster) ? 0 : 1);
  return listed.toSorted((one, other) => rank(one) - rank(other) || other.Created - one.Created);
}

function byName(one: Container, other: Container): number {
  return one.name < other.name ? -1 : 1;
}
