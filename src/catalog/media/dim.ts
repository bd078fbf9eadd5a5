import { secret } from '../../contracts/index.ts';
import { defineService, http, text, volume } from '../../service/index.ts';

/** The image has no program that speaks HTTP. Once there is an owner, the same question is refused. */
const firstAccount = [
  'body=$(cat)',
  'exec 3<>"/dev/tcp/127.0.0.1/$0"',
  'printf "POST /api/v1/auth/register HTTP/1.1\\r\\nHost: dim\\r\\nConnection: close\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n%s" "${#body}" "$body" >&3',
  'read -r version status rest <&3',
  '[ "$status" -lt 500 ]',
].join('\n');

/** The edge asks who comes; accounts of Dim's own keep where each person stopped. Upstream has not released anything since 2021. */
export const dim = defineService('dim', {
  title: 'Dim',
  summary: 'A small library of films and series, played in a browser.',
  docs: 'https://github.com/Dusk-Labs/dim#running-with-docker',
  licence: 'AGPL-3.0-only',
  category: 'media',
  image: 'ghcr.io/dusk-labs/dim:master',
  user: '1000:1000',
  allow: { floatingTag: 'upstream pushes its branches alone, and no image of a release' },

  ports: { web: http(8000) },
  volumes: {
    config: volume('/opt/dim/config', { role: 'data', backup: 'daily' }),
    posters: volume('/opt/dim/metadata', { role: 'cache', backup: { skip: 'pictures, fetched again when a library is read' } }),
    streams: volume('/tmp/streaming_cache', { role: 'cache', backup: { skip: 'pieces of films that are being watched' }, size: '5GiB' }),
    media: volume('/media', {
      role: 'data',
      backup: { skip: 'collections are larger than the backup: copy them in a way of their own' },
      size: '10GiB',
    }),
  },
  tmpfs: ['/opt/dim/logs'],
  needs: { ownerPassword: secret({ kind: 'password' }) },

  route: { port: 'web', access: { groups: ['viewer'] } },
  // Any question about accounts makes it write all of them into its log.
  health: { port: 'web', path: '/', via: 'bash', startSeconds: 60 },
  smoke: { path: '/api/v1/auth/admin_exists', via: 'bash', expect: { text: '"exists":true' } },
  limits: { memory: '1GiB', cpus: 2 },
  logs: [{ pattern: 'Could not find: .*ff(?:mpeg|probe)', means: 'The image lacks its converter: take one of another version.' }],

  setup: ({ ownerPassword, cluster: { admin }, here }) => [
    {
      title: 'the owner’s account',
      argv: ['bash', '-c', firstAccount, String(here.listen.web.port)],
      input: text`{"username":"${admin.name}","password":"${ownerPassword}"}`,
    },
  ],
});
