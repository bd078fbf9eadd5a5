import * as z from 'zod';
import type { Container } from './containers.ts';
import { until } from '../../../src/kit/clock.ts';
import { docker } from './command.ts';

export interface EnforcedLimits {
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly pids: number;
}

/** A container as the kernel sees it, whatever the engine says about it. */
export interface KernelView {
  /** Of every process in it: real, effective, saved and file system user. */
  readonly userIds: readonly number[];
  readonly capabilityBound: bigint;
  readonly noNewPrivileges: boolean;
  readonly limits: EnforcedLimits;
}

/** Version 2 of control groups has one tree, version 1 one for each controller. */
const questions = `
cat /proc/[0-9]*/status 2>/dev/null | sed -n 's/^Name:/name/p; s/^Uid:/uid/p; s/^CapBnd:/bound/p; s/^NoNewPrivs:/privileges/p'
cd /sys/fs/cgroup
if [ -f cgroup.controllers ]; then
  echo "memory $(cat memory.max)"; echo "cpu $(cat cpu.max)"; echo "pids $(cat pids.max)"
else
  echo "memory $(cat memory/memory.limit_in_bytes)"; echo "cpu $(cat cpu/cpu.cfs_quota_us) $(cat cpu/cpu.cfs_period_us)"; echo "pids $(cat pids/pids.max)"
fi`;

/** Asks /proc and the control groups from inside the container. */
export async function lookInside({ Id }: Container): Promise<KernelView> {
  const answers = await until('no program is on its way in', async () => askInside(Id), { everyMs: 300, withinMs: 60_000 });
  const told = (key: string): readonly (readonly string[])[] => answers.filter(([first]) => first === key).map(([, ...rest]) => rest);
  const [[quota = '', period = ''] = []] = told('cpu');
  const bounds = new Set(told('bound').map(([mask]) => BigInt(`0x${mask ?? ''}`)));
  if (bounds.size !== 1) throw new Error(`its processes have ${bounds.size} different capability bounds`);
  return {
    userIds: told('uid').flat().map(Number),
    capabilityBound: [...bounds][0] ?? -1n,
    noNewPrivileges: told('privileges').every(([flag]) => flag === '1'),
    limits: { memoryBytes: number(told('memory')[0]?.[0]), cpus: number(quota) / number(period), pids: number(told('pids')[0]?.[0]) },
  };
}

/** While a healthcheck is begun there is a process of the engine's in it for a moment, with all that it will put down before it is the program. */
async function askInside(id: string): Promise<{ readonly done: readonly (readonly string[])[] } | { readonly seen: string }> {
  const answers = (await docker('exec', id, 'sh', '-c', questions)).split('\n').map((line) => line.trim().split(/\s+/));
  const engines = answers.filter(([key, name]) => key === 'name' && name?.startsWith('runc:'));
  return engines.length === 0 ? { done: answers } : { seen: engines.join('; ') };
}

/** Fails on `max`, which is how the kernel says that there is no limit. */
function number(text: string | undefined): number {
  return z.coerce.number().int().positive().parse(text);
}

/** Bit of each capability: https://github.com/torvalds/linux/blob/master/include/uapi/linux/capability.h */
const bits: Readonly<Record<string, bigint>> = {
  CHOWN: 0n,
  DAC_OVERRIDE: 1n,
  FOWNER: 3n,
  SETGID: 6n,
  SETUID: 7n,
  NET_BIND_SERVICE: 10n,
  NET_RAW: 13n,
};

export function capabilityMask(names: readonly string[]): bigint {
  return names.reduce((mask, name) => {
    const bit = bits[name];
    if (bit === undefined) throw new Error(`which bit is ${name}?`);
    return mask | (1n << bit);
  }, 0n);
}
