import type { Check, CheckResult } from '../check.ts';
import { fail, pass, warn } from '../check.ts';
import type { CheckContext } from '../context.ts';
import type { Space } from '../senses/host.ts';

/** Room on the disk and in memory, for what runs and for what its limits allow it. */
export const headroom: Check = {
  id: 'host',
  isGeneral: true,
  title: 'Headroom of this machine',
  run: async (context) => [await disk(context), await availableMemory(context), await promisedMemory(context)],
};

/** Clocks that go back break sign-in, certificates and the order of releases. */
export const clockSane: Check = {
  id: 'clock',
  isGeneral: true,
  title: 'Clock',
  run: async ({ host, release }) => {
    const about = { id: 'host.clock', title: 'The clock has not gone back' };
    const rendered = await host.file(`${release.directory}/manifest.json`);
    const aheadMs = (rendered?.changedAt.getTime() ?? 0) - host.now().getTime();
    if (!rendered)
      return [fail(about, `release ${release.number} has no manifest to compare with`, `rm -r '${release.directory}' && datamancy up`)];
    if (aheadMs <= 60_000) return [pass(about, host.now().toISOString())];
    return [
      fail(about, `release ${release.number} was made ${Math.round(aheadMs / 60_000)} minutes in the future`, 'timedatectl set-ntp true'),
    ];
  },
};

/** What the runtime cannot give is said, not passed over. */
export const runtimeComplete: Check = {
  id: 'runtime',
  isGeneral: true,
  title: 'Runtime',
  run: async ({ runtime }) => {
    const { missing } = runtime.supports;
    const about = { id: 'runtime.supports', title: 'The runtime can do all that is asked of it' };
    if (missing.length === 0) return [pass(about, 'isolation, limits, networks and commands inside units')];
    return missing.map((words, i) =>
      warn({ ...about, id: `${about.id}.${i + 1}` }, words, 'run the cluster on a machine with a container engine where this matters'),
    );
  },
};

const gibibyte = 1024 ** 3;

async function disk({ host, folder }: CheckContext): Promise<CheckResult> {
  const about = { id: 'host.disk', title: 'There is room on the disk' };
  const space = await host.space(folder.root);
  const share = Math.min(space.freeBytes / space.totalBytes, filesLeft(space));
  const words = `${gib(space.freeBytes)} of ${gib(space.totalBytes)} free`;
  const fix = 'see what takes the room with: docker system df; images that nothing uses go with: docker image prune';
  if (share < 0.05 || space.freeBytes < gibibyte) return fail(about, words, fix);
  return share < 0.15 || space.freeBytes < 5 * gibibyte ? warn(about, words, fix) : pass(about, words);
}

/** Some file systems have no fixed number of files. */
function filesLeft({ totalFiles, freeFiles }: Space): number {
  return totalFiles === 0 ? 1 : freeFiles / totalFiles;
}

async function availableMemory({ host }: CheckContext): Promise<CheckResult> {
  const about = { id: 'host.memory', title: 'There is memory left' };
  const { totalBytes, availableBytes } = await host.memory();
  const words = `${gib(availableBytes)} of ${gib(totalBytes)} available`;
  const share = availableBytes / totalBytes;
  const fix = 'take services out of cluster.yaml, or move the cluster to a larger machine';
  if (share < 0.05) return fail(about, words, fix);
  return share < 0.1 ? warn(about, words, fix) : pass(about, words);
}

async function promisedMemory({ host, stack }: CheckContext): Promise<CheckResult> {
  const about = { id: 'host.limits', title: 'The machine has what the limits promise' };
  const { totalBytes } = await host.memory();
  const promised = stack.services.reduce((sum, { limits }) => sum + limits.memoryBytes, 0);
  const words = `limits come to ${gib(promised)}, the machine has ${gib(totalBytes)}`;
  return promised <= totalBytes
    ? pass(about, words)
    : warn(about, words, 'lower services.<name>.limits.memory in cluster.yaml, or take services out');
}

function gib(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`;
}
