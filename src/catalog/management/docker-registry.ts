import { secret } from '../../contracts/index.ts';
import { defineService, http, volume, yaml } from '../../service/index.ts';

/** `docker login` with one's own account: the edge judges it. */
export const dockerRegistry = defineService('docker-registry', {
  title: 'Docker registry',
  summary: 'Keeps container images of your own, for docker push and docker pull.',
  docs: 'https://distribution.github.io/distribution/about/configuration/',
  licence: 'Apache-2.0',
  category: 'management',
  image: 'registry:3.1.2',
  debian: 'docker-registry',
  user: '1000:1000',

  ports: { web: http(5000) },
  volumes: { data: volume('/var/lib/registry', { role: 'data', backup: 'daily', size: '5GiB' }) },
  needs: { state: secret({ kind: 'base64url', bytes: 48 }) },

  route: {
    port: 'web',
    host: 'registry',
    access: {
      groups: ['operator'],
      basic: 'docker sends the name and the password of docker login with each request',
      alone: 'whoever reaches its port may write',
    },
  },
  health: { port: 'web', path: '/' },
  smoke: { path: '/v2/_catalog', expect: { text: '"repositories"' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [
    { pattern: 'filesystem: mkdir .*permission denied', means: 'Its volume belongs to another user: give it to 1000:1000.' },
    { pattern: 'no space left on device', means: 'The disk is full: delete tags, then run `registry garbage-collect` in the unit.' },
  ],

  command: ({ here }) => [here.file.config],
  files: {
    config: {
      path: '/etc/distribution/config.yml',
      content: ({ state, url, here }) =>
        yaml({
          version: 0.1,
          log: { level: 'warn', accesslog: { disabled: true } },
          storage: {
            filesystem: { rootdirectory: here.volume.data },
            cache: { blobdescriptor: 'inmemory' },
            delete: { enabled: true },
          },
          http: { addr: `${here.listen.web.address}:${here.listen.web.port}`, host: url, secret: state },
          health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
        }),
    },
  },
});
