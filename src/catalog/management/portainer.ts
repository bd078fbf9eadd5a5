import { engineControl, secret } from '../../contracts/index.ts';
import { defineService, file, http, volume } from '../../service/index.ts';

/** Behind the edge one signs in once more, as `admin`; `datamancy secrets show portainer.password` prints the password. */
export const portainer = defineService('portainer', {
  title: 'Portainer',
  summary: 'Every container, image, network and volume of the engine, in a browser.',
  docs: 'https://docs.portainer.io/advanced/cli',
  licence: 'Zlib',
  category: 'management',
  image: 'portainer/portainer-ce:2.39.6-alpine',
  user: '1000:1000',

  ports: { web: http(9000) },
  volumes: { data: volume('/data', { role: 'data', backup: 'weekly' }) },
  needs: { engine: engineControl(), password: secret({ kind: 'password', length: 24 }) },

  route: { port: 'web', access: { groups: ['admin'], secondFactor: true } },
  health: { port: 'web', path: '/api/system/status' },
  smoke: { path: '/api/system/status', expect: { text: '"Version":"2.' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [
    { pattern: 'Unable to connect to the (?:Docker|environment)', means: 'docker-control-proxy is missing, or cannot reach the engine.' },
    { pattern: 'origin invalid', means: 'It does not believe that people come over HTTPS: X-Forwarded-Proto is lost on the way.' },
  ],

  env: ({ here }) => ({ HOME: here.volume.data }),
  command: ({ engine, password, here }) => [
    `--host=${engine.url}`,
    `--data=${here.volume.data}`,
    `--bind=${here.listen.web.address}:${here.listen.web.port}`,
    '--admin-password-file',
    file(password),
  ],
});
