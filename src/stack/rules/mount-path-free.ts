import { isWithin, tmpfsPathsOf } from './places.ts';
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
  why: 'the mount hides programs of the image, or collides with what the engine mounts there itself',
  check: ({ services }) =>
    services.flatMap(({ name, service }) =>
      [
        ...Object.entries(service.volumes ?? {}).map(([volume, { path }]) => ({ what: `its volume ${volume}`, path })),
        ...tmpfsPathsOf(service)
          .filter((path) => path !== '/tmp')
          .map((path) => ({ what: 'its tmpfs', path })),
      ]
        .filter(({ path }) => ofTheImage.includes(path) || ofTheEngine.some((taken) => isWithin(path, taken)))
        .map(({ what, path }) =>
          about(name, `${what} is mounted at ${path}, which is taken`, 'mount it at the directory that the service writes'),
        ),
    ),
};
