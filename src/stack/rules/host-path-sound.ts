import type { HostPath } from '../../service/index.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

/** Whoever may write here, or above it, is root on the machine. */
const sockets = ['docker.sock', 'podman/podman.sock', 'containerd/containerd.sock'].flatMap((socket) => [
  `/run/${socket}`,
  `/var/run/${socket}`,
]);

export const hostPathSound: Rule = {
  id: 'host-path-sound',
  why: 'what a unit sees of the machine is what somebody sees who breaks into it',
  check: ({ services }) =>
    services.flatMap(({ name, service: { hostPaths = [] } }) =>
      hostPaths.flatMap((one) => problemsOf(one).map(([what, fix]) => found(name, one, what, fix))),
    ),
};

function found(name: string, { path }: HostPath, what: string, fix: string): Found {
  return about(name, `of the machine it sees ${JSON.stringify(path)}, ${what}`, fix);
}

function problemsOf({ path, target = path, reason, writable }: HostPath): readonly (readonly [what: string, fix: string])[] {
  return [
    ...(isPlain(path) && isPlain(target) ? [] : [['which is not plain', 'write absolute paths without . or .. in them'] as const]),
    ...(reason.trim() === '' ? [['without a reason', 'say why under hostPaths, or leave it out'] as const] : []),
    ...(writable?.trim() === ''
      ? [['and may write there without a reason', 'say why under hostPaths, or leave writable out'] as const]
      : []),
    ...(writable !== undefined && leadsToEngine(path)
      ? [['where it could replace the engine’s socket', 'leave writable out: asking the engine needs no right to write'] as const]
      : []),
  ];
}

function isPlain(path: string): boolean {
  return path === '/' || (/^(?:\/[\w@+.,-]+)+$/.test(path) && !path.split('/').some((part) => part === '.' || part === '..'));
}

function leadsToEngine(path: string): boolean {
  const above = path.replace(/\/*$/, '/');
  return sockets.some((socket) => `${socket}/`.startsWith(above));
}
