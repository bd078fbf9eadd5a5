import { engineControl } from '../../contracts/index.ts';
import { defineService, http, volume } from '../../service/index.ts';

/**
 * For Compose projects beside the cluster: the cluster's own come from cluster.yaml, and what Dockge changes in them is drift. Its
 * projects keep their data in named volumes, because the engine looks for a relative path on the machine and not in this unit.
 * Who comes first makes Dockge's own account.
 */
export const dockge = defineService('dockge', {
  title: 'Dockge',
  summary: 'Compose projects of your own: edit them, start them, read what they say.',
  docs: 'https://github.com/louislam/dockge',
  licence: 'MIT',
  category: 'management',
  image: 'louislam/dockge:1.5.0',
  user: '1000:1000',

  ports: { web: http(5001) },
  volumes: {
    data: volume('/app/data', { role: 'data', backup: 'daily' }),
    stacks: volume('/opt/stacks', { role: 'data', backup: 'daily' }),
  },
  needs: { engine: engineControl() },

  route: { port: 'web', access: { groups: ['admin'], secondFactor: true, alone: 'whoever comes first makes its account' } },
  health: { port: 'web', path: '/', via: 'curl', startSeconds: 120 },
  smoke: { path: '/', via: 'curl', expect: { text: 'Dockge' } },
  limits: { memory: '384MiB', cpus: 1 },
  logs: [
    { pattern: 'Cannot connect to the Docker daemon', means: 'docker-control-proxy is missing, or cannot reach the engine.' },
    { pattern: 'SQLITE_(?:READONLY|CANTOPEN)', means: 'Its volume belongs to another user: give it to 1000:1000.' },
  ],

  env: ({ engine, here: { listen, volume: at } }) => ({
    DOCKER_HOST: engine.url,
    DOCKGE_HOSTNAME: listen.web.address,
    DOCKGE_PORT: listen.web.port,
    DOCKGE_DATA_DIR: `${at.data}/`,
    DOCKGE_STACKS_DIR: at.stacks,
    DOCKGE_ENABLE_CONSOLE: false,
    // Docker's program keeps what it knows of itself at home, and the image's home cannot be written.
    HOME: at.data,
  }),
});
