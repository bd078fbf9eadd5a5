import type { ResolvedService } from '../../stack/stack.ts';
import { code, words } from './markdown.ts';

/** Where a unit has more than every unit gets, and why, as rows: unit, exception, reason. */
export function hardeningOf({ name, service }: ResolvedService): readonly (readonly string[])[] {
  const { allow = {}, hostPaths = [], tmpfs = [], gpu } = service;
  const exceptions: readonly (readonly [string, string | undefined])[] = [
    ['runs as root', allow.root],
    ['may write to its root file system', allow.writableRoot],
    ['may gain privileges', allow.privileges],
    ['has a first process of its own', allow.ownInit],
    ['comes by a tag that moves', allow.floatingTag],
    ...Object.entries(allow.capabilities ?? {}).map(([capability, why]) => [`has the capability ${code(capability)}`, why] as const),
    ...tmpfs.map((one) =>
      typeof one === 'string' ? (['', undefined] as const) : ([`runs programs that lie in ${code(one.path)}`, one.exec] as const),
    ),
    ...hostPaths.map(({ path, reason }) => [`sees ${code(path)} of the machine`, reason] as const),
    ...hostPaths.map(({ path, writable }) => [`writes to ${code(path)} of the machine`, writable] as const),
    ['uses a graphics card', gpu && `it needs one with ${gpu.vram} of memory`],
  ];
  return exceptions.flatMap(([what, why]) => (why === undefined ? [] : [[code(name), what, words(why)]]));
}
