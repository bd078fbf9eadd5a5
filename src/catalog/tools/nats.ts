import { secret } from '../../contracts/index.ts';
import { defineService, http, json, tcp, volume } from '../../service/index.ts';

/** Programs sign in as `cluster`; `datamancy secrets show nats.password` prints the password. */
export const nats = defineService('nats', {
  title: 'NATS',
  summary: 'Messages between programs, at once or kept in streams until they are read.',
  docs: 'https://docs.nats.io/running-a-nats-service/configuration',
  licence: 'Apache-2.0',
  category: 'tools',
  image: 'nats:2.14.5-alpine',
  debian: 'nats',
  user: '1000:1000',

  ports: { client: tcp(4222), monitor: http(8222) },
  provides: { nats: { port: 'client' } },
  volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) },
  needs: { password: secret({ kind: 'password' }) },

  health: { port: 'monitor', path: '/healthz' },
  smoke: { path: '/jsz', port: 'monitor', expect: { text: '"max_storage"' } },
  limits: { memory: '256MiB', cpus: 1 },
  stopSeconds: 30,
  logs: [
    {
      pattern: 'authentication error',
      means: 'A program signs in with an old password: give it the one that `datamancy secrets show` prints.',
    },
    { pattern: 'Slow Consumer Detected', means: 'A program reads too slowly and loses messages: give it a stream to read from.' },
    { pattern: 'JetStream resource limits exceeded', means: 'The streams fill what they may have: shorten what they keep.' },
  ],

  command: ({ here }) => ['nats-server', '--config', here.file.settings],
  files: {
    settings: {
      path: '/etc/nats/cluster.conf',
      content: ({ password, cluster, here: { listen, volume: at } }) =>
        json({
          server_name: cluster.name,
          listen: `${listen.client.address}:${listen.client.port}`,
          http: `${listen.monitor.address}:${listen.monitor.port}`,
          jetstream: { store_dir: at.data, max_mem: 67_108_864, max_file: 5_368_709_120 },
          authorization: { users: [{ user: 'cluster', password }] },
        }),
    },
  },
});
