import { isWithin, mountsOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const ofTheImage: readonly string[] = [
  '/',
  '/bin',
  '/etc',
  '/lib',
  '/lib64',
  '/sbin',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/usr/local',
  '/tmp',
];
const ofTheEngine: readonly string[] = ['/proc', '/sys', '/dev', '/run/secrets'];

export const mountPathFree: Rule = {
  id: 'mount-path-free',
  why: 'the mount hides programs of the image, collides with what the engine mounts there itself, or cannot be made at all',
  check: ({ services }) =>
    services.flatMap((one) => {
      const mounts = mountsOf(one).filter(({ kind }) => kind !== 'machine' && kind !== 'machine-read-only');
      const shown = mountsOf(one).filter(({ kind }) => kind === 'machine-read-only');
      return [
        ...mounts
          .filter(({ path, kind }) => isTaken(path) && !(kind === 'memory' && path === '/tmp'))
          .map(({ what, path, kind }) =>
            about(
              one.name,
              `${what} is mounted at ${path}, which is taken`,
              kind === 'file' ? 'give it the path of the file that the service reads' : 'mount it at the directory that the service writes',
            ),
          ),
        // The engine would have to make a file or a directory there, and may not.
        ...mounts.flatMap((mount) =>
          shown
            .filter(({ path }) => path !== mount.path && isWithin(mount.path, path))
            .map(({ what, path }) =>
              about(
                one.name,
                `${mount.what} would be mounted at ${mount.path}, inside ${path}, where it sees ${what} and nothing can be added`,
                'give one of the two another path',
              ),
            ),
        ),
      ];
    }),
};

function isTaken(path: string): boolean {
  return ofTheImage.includes(path) || ofTheEngine.some((taken) => isWithin(path, taken));
}
