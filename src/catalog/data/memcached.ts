import { defineService, tcp } from '../../service/index.ts';

export const memcached = defineService('memcached', {
  title: 'Memcached',
  summary: 'A cache in memory for apps that know no other; what it holds may be gone at any time.',
  docs: 'https://docs.memcached.org/serverguide/configuring/',
  licence: 'BSD-3-Clause',
  category: 'data',
  image: 'memcached:1.6.45-alpine',
  debian: 'memcached',
  user: '11211:11211',

  ports: { cache: tcp(11211) },
  provides: { memcached: { port: 'cache' } },
  health: { port: 'cache' },
  smoke: { command: ['sh', '-c', String.raw`printf 'version\r\nquit\r\n' | nc 127.0.0.1 11211`], expect: 'VERSION 1.' },
  limits: { memory: '192MiB', cpus: 1 },
  logs: [
    { pattern: 'Too many open connections', means: 'All connections are taken: a client opens new ones without closing the old.' },
    { pattern: 'failed to listen on TCP port', means: 'Something else in the unit has the port; start it again.' },
  ],

  command: ({ here: { listen, limits } }) => [
    'memcached',
    `--listen=${listen.cache.address}`,
    `--port=${listen.cache.port}`,
    // In MiB; beside the items there are hash tables and the buffers of up to 1,024 connections.
    `--memory-limit=${Math.floor((limits.memoryBytes * 2) / 3 / 1024 ** 2)}`,
    '--max-item-size=8m',
    '--conn-limit=1024',
  ],
});
