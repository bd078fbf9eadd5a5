import type { HostPath } from '../../service/index.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

const socket = /\/(?:docker|podman|containerd|crio)\.sock\/*$/;
/** Where engines keep their sockets, logs and volumes, and machines their keys. */
const guarded = ['/run/podman', '/run/containerd', '/run/user', '/var/lib/docker', '/etc/shadow', '/etc/ssh', '/root'];
const insideGuarded = ['/root', '/etc/ssh'];
const engines = ['engine', 'engine-control'];

export const hostPathSound: Rule = {
  id: 'host-path-sound',
  why: 'what a unit sees of the machine is what somebody sees who breaks into it',
  check: ({ services }) =>
    services.flatMap(({ name, service: { hostPaths = [], provides = {} } }) => {
      const isDoor = engines.some((kind) => Object.hasOwn(provides, kind));
      return hostPaths.flatMap((one) => problemsOf(one, isDoor).map(([what, fix]) => found(name, one, what, fix)));
    }),
};

function found(name: string, { path }: HostPath, what: string, fix: string): Found {
  return about(name, `of the machine it sees ${JSON.stringify(path)}, ${what}`, fix);
}

function problemsOf(
  { path, target = path, reason, writable }: HostPath,
  isDoor: boolean,
): readonly (readonly [what: string, fix: string])[] {
  return [
    ...(isPlain(path) && isPlain(target) ? [] : [['which is not plain', 'write absolute paths without . or .. in them'] as const]),
    ...(reason.trim() === '' ? [['without a reason', 'say why under hostPaths, or leave it out'] as const] : []),
    ...(writable?.trim() === ''
      ? [['and may write there without a reason', 'say why under hostPaths, or leave writable out'] as const]
      : []),
    ...(socket.test(path) ? socketProblems(isDoor, writable !== undefined) : []),
    ...(isPlain(path) && isGuarded(path)
      ? [['where keys, passwords or an engine’s socket lie', 'name the one file or folder in it that it reads'] as const]
      : []),
  ];
}

function isPlain(path: string): boolean {
  return path === '/' || (/^(?:\/[\w@+.,-]+)+$/.test(path) && !path.split('/').some((part) => part === '.' || part === '..'));
}

/** That the socket is mounted read-only limits nobody who writes to it: only the doors filter what is asked. */
function socketProblems(isDoor: boolean, isWritable: boolean): readonly (readonly [what: string, fix: string])[] {
  if (!isDoor) {
    return [
      [
        'an engine’s socket: whoever reaches it is root on the machine',
        'leave it out, and state the need engine(), or engineControl() for what starts containers',
      ],
    ];
  }
  return isWritable
    ? [['where it could replace the engine’s socket', 'leave writable out: asking the engine needs no right to write']]
    : [];
}

/** Whether it is one of the places that are worth the whole machine, above one, or in one of which every part is. */
function isGuarded(path: string): boolean {
  const plain = path.replace(/\/+$/, '').replace(/^\/var\/run(?=\/|$)/, '/run');
  return (
    guarded.some((place) => place === plain || place.startsWith(`${plain}/`)) ||
    insideGuarded.some((place) => plain.startsWith(`${place}/`))
  );
}
