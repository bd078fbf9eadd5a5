import { engine } from '../../contracts/index.ts';
import { defineService, http } from '../../service/index.ts';

/** It shows the units of this cluster, as they are now: what a container said is gone with it. For the past there is Loki. */
export const dozzle = defineService('dozzle', {
  title: 'Dozzle',
  summary: 'What every unit of the cluster says right now, live in a browser.',
  docs: 'https://dozzle.dev/guide/supported-env-vars',
  licence: 'MIT',
  category: 'management',
  image: 'amir20/dozzle:v10.7.3',
  user: '65534:65534',

  ports: { web: http(8080) },
  needs: { docker: engine() },
  route: {
    port: 'web',
    host: 'logs',
    access: { groups: ['operator'], identity: { user: 'X-Remote-User', email: 'X-Remote-Email', name: 'X-Remote-Name' } },
  },
  health: { command: ['/dozzle', 'healthcheck'] },
  limits: { memory: '128MiB', cpus: 0.5 },
  logs: [{ pattern: 'Could not connect to any Docker Engine', means: 'docker-socket-proxy is missing, or cannot reach the engine.' }],

  env: ({ docker, cluster, here: { listen } }) => ({
    DOZZLE_ADDR: `${listen.web.address}:${listen.web.port}`,
    DOZZLE_REMOTE_HOST: `${docker.url}|${cluster.name}`,
    DOZZLE_FILTER: `label=org.datamancy.cluster=${cluster.name}`,
    DOZZLE_AUTH_PROVIDER: 'forward-proxy',
    DOZZLE_AUTH_HEADER_USER: 'X-Remote-User',
    DOZZLE_AUTH_HEADER_EMAIL: 'X-Remote-Email',
    DOZZLE_AUTH_HEADER_NAME: 'X-Remote-Name',
    DOZZLE_DISABLE_AVATARS: true,
    DOZZLE_NO_ANALYTICS: true,
    DOZZLE_RELEASE_CHECK_MODE: 'manual',
  }),
});
