import { secret } from '../../contracts/index.ts';
import { defineService, http, tcp, udp, volume } from '../../service/index.ts';

/** Devices find it at the host of its page. */
export const syncthing = defineService('syncthing', {
  title: 'Syncthing',
  summary: 'Keeps folders of several devices the same, with this cluster as the one that is always on.',
  docs: 'https://docs.syncthing.net/users/config.html',
  licence: 'MPL-2.0',
  category: 'collaboration',
  image: 'syncthing/syncthing:2.1.3',
  debian: 'syncthing',
  user: '1000:1000',

  ports: { web: http(8384), sync: tcp(22_000), quic: udp(22_000) },
  publish: ['sync', 'quic'],
  volumes: { data: volume('/var/syncthing', { role: 'data', backup: 'daily', size: '10GiB' }) },
  needs: { apiKey: secret({ kind: 'hex', bytes: 16 }) },

  route: { port: 'web', host: 'sync', access: { groups: ['admin'], alone: 'its page asks nobody who they are' } },
  health: { port: 'web', path: '/rest/noauth/health' },
  smoke: { command: ['syncthing', 'cli', 'show', 'version'], expect: '"version"' },
  limits: { memory: '512MiB', cpus: 1 },
  stopSeconds: 30,
  logs: [
    { pattern: 'insufficient space', means: 'The disk is almost full, so a folder stopped: free some space.' },
    {
      pattern: 'folder marker missing',
      means: 'A folder is empty or its disk is gone; bring it back before anything is deleted elsewhere.',
    },
  ],

  env: ({ apiKey, here }) => ({
    STGUIADDRESS: `${here.listen.web.address}:${here.listen.web.port}`,
    STGUIAPIKEY: apiKey,
    STHOMEDIR: `${here.volume.data}/config`,
    STNOUPGRADE: true,
  }),
  setup: () => [
    { title: 'no report of use', argv: ['syncthing', 'cli', 'config', 'options', 'uraccepted', 'set', '--', '-1'] },
    { title: 'no report of crashes', argv: ['syncthing', 'cli', 'config', 'options', 'crenabled', 'set', 'false'] },
    { title: 'the edge asks who comes', argv: ['syncthing', 'cli', 'config', 'gui', 'insecure-admin-access', 'set', 'true'] },
  ],
});
