import type { Volume } from '../../service/index.ts';
import type { ResolvedService } from '../../stack/stack.ts';
import { mounts } from '../../stack/stack.ts';
import { askUnit, lastLine } from '../ask-unit.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { containerName, recreate } from '../fixes.ts';

/** Every volume is mounted where its unit looks for it, and the unit's own user may write there. Nothing is written. */
export const volumesWritable: Check = {
  id: 'volume',
  title: 'Volumes are mounted and writable',
  run: (context, signal) =>
    Promise.all(
      eachVolume(context)
        .filter(([service, name]) => mounts(service, name))
        .map(([service, name, volume]) => writable(context, service, name, volume, signal)),
    ),
};

/** Every volume that holds data says how it is backed up, or why it is not. */
export const backupsDecided: Check = {
  id: 'backup',
  title: 'Backup is decided for all data',
  run: async (context) =>
    eachVolume(context)
      .filter(([{ name, family }, , { role }]) => role === 'data' && name === family)
      .map(([{ name }, volume, { backup }]) =>
        pass(
          { id: `backup.${name}.${volume}`, title: `Backup of ${name}/${volume} is decided` },
          typeof backup === 'string' ? backup : `none: ${backup.skip}`,
        ),
      ),
};

function eachVolume({ stack }: CheckContext): readonly (readonly [ResolvedService, string, Volume])[] {
  return stack.services.flatMap((service) =>
    Object.entries(service.service.volumes ?? {})
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, volume]): readonly [ResolvedService, string, Volume] => [service, name, volume]),
  );
}

async function writable(
  context: CheckContext,
  { name, family }: ResolvedService,
  volume: string,
  { path }: Volume,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { stack, units } = context;
  const about = { id: `volume.${name}.${volume}`, title: `${name} can write its volume ${volume}` };
  const target = stack.placement.volume(family, volume, path);
  const mounts = units.find(({ service }) => service === name)?.enforced?.mounts;
  const mount = mounts?.find((one) => one.target === target);
  if (mounts && !mount) return fail(about, `nothing is mounted at ${target}`, recreate(stack, name));
  if (mount && !mount.writable) return fail(about, `${target} is mounted read-only`, recreate(stack, name));
  const answer = await askUnit(
    context,
    name,
    ['sh', '-c', 'test -d "$1" && test -w "$1" && test -x "$1" && echo can', 'sh', target],
    {},
    signal,
  );
  if (answer.kind === 'silent') return skip(about, answer.why);
  if (answer.result.stdout.trim() === 'can') return pass(about, `mounted at ${target}`);
  if (answer.result.status !== 1) return skip(about, `it could not be tried: ${lastLine(answer.result)}`);
  return fail(about, `the unit's user may not write ${target}`, ownAgain(context, name, target));
}

/** A container of its own, because the unit itself has no capability to change owners. */
function ownAgain({ stack, units }: CheckContext, name: string, target: string): string {
  const user = stack.services.find((service) => service.name === name)?.service.user ?? '';
  const image = units.find(({ service }) => service === name)?.image ?? '';
  return `docker run --rm --user 0 --volumes-from ${containerName(stack, name)} --entrypoint chown ${image} -R ${user} ${target}`;
}
