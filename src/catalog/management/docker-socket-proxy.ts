import type { FinalContent } from '../../service/index.ts';
import { defineService, http, lines } from '../../service/index.ts';

/** What both doors to the engine's socket have in common; see docker-control-proxy for the one that lets everything through. */
export const engineDoor = {
  docs: 'https://docs.haproxy.org/3.2/configuration.html',
  licence: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
  category: 'management',
  image: 'haproxy:3.2.22-alpine',
  debian: 'haproxy',
  user: '0:0',
  ports: { engine: http(2375) },
  health: { port: 'engine', path: '/_ping' },
  smoke: { path: '/version', port: 'engine', expect: { text: '"ApiVersion"' } },
  limits: { memory: '64MiB', cpus: 0.5 },
  allow: { root: "the engine's socket belongs to root, and which other group may use it differs from machine to machine" },
  hostPaths: [{ path: '/var/run/docker.sock', reason: 'the one way to ask the engine; nobody else gets it' }],
  logs: [
    {
      pattern: 'Permission denied|SC--|is DOWN',
      means: "The engine's socket cannot be reached: is the engine rootless, or its socket elsewhere?",
    },
  ],
} as const;

/** Settings for HAProxy that lead from the port to the socket, under these rules. */
export function doorTo(mode: 'http' | 'tcp', address: string, rules: readonly string[]): FinalContent {
  return lines(
    'global',
    '  log stdout format raw daemon notice',
    '  maxconn 200',
    // Streams of events and logs never end by themselves.
    '  hard-stop-after 3s',
    'defaults',
    `  mode ${mode}`,
    '  log global',
    '  timeout connect 5s',
    '  timeout client 1h',
    '  timeout server 1h',
    ...(mode === 'http' ? ['  timeout http-request 10s'] : []),
    'frontend engine',
    `  bind ${address}`,
    ...rules.map((rule) => `  ${rule}`),
    '  default_backend socket',
    'backend socket',
    '  server engine unix@/var/run/docker.sock',
  );
}

const name = '[A-Za-z0-9_.-]+';
const readable = [
  '_ping',
  'version',
  'info',
  'events',
  'system/df',
  '(containers|images)/json',
  `containers/${name}/(json|logs|stats|top)`,
  'images/[A-Za-z0-9_.:/@-]+/(json|history)',
  `(networks|volumes)(/${name})?`,
];

/**
 * Lets through what lists and describes, and nothing that copies files out of a container, as GET …/archive does. Whoever may ask
 * still reads the environment of every unit, secrets and all.
 */
export const dockerSocketProxy = defineService('docker-socket-proxy', {
  ...engineDoor,
  title: 'Docker socket proxy',
  summary: "The engine's socket for services that only look: lists, logs, figures and events.",

  provides: { engine: { port: 'engine' } },
  command: ({ here }) => ['haproxy', '-f', here.file.settings],
  files: {
    settings: {
      path: '/usr/local/etc/haproxy/door.cfg',
      content: ({ here: { listen } }) =>
        doorTo('http', `${listen.engine.address}:${listen.engine.port}`, [
          'http-request deny unless { method GET HEAD }',
          `http-request deny unless { path -m reg '^(/v[0-9.]+)?/(${readable.join('|')})$' }`,
        ]),
    },
  },
});
