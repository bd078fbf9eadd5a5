import { secret } from '../../contracts/index.ts';
import { defineService, http, text, volume } from '../../service/index.ts';

/**
 * Answers the questions that the first visitor is asked, in the owner's place. Until its tables are made, most answers are a 503; but
 * /health has 200 then, and /System/Info/Public says that nothing was asked yet, so the first question is one whose answer waits.
 */
const firstQuestions = [
  'set -eu',
  'ask() { curl -fsS --retry 20 --retry-delay 3 -o /dev/null -H "Content-Type: application/json" "$@"; }',
  'ask "$0/Branding/Configuration"',
  'curl -fsS "$0/System/Info/Public" | grep -q \'"StartupWizardCompleted":true\' && exit 0',
  'ask "$0/Startup/Configuration" --data "{\\"UICulture\\":\\"en-GB\\",\\"MetadataCountryCode\\":\\"GB\\",\\"PreferredMetadataLanguage\\":\\"en\\"}"',
  'ask "$0/Startup/User"',
  'ask "$0/Startup/User" --data-binary @-',
  'ask "$0/Startup/RemoteAccess" --data "{\\"EnableRemoteAccess\\":true}"',
  'ask -X POST "$0/Startup/Complete"',
].join('\n');

/**
 * The edge asks who comes; Jellyfin has accounts of its own, the owner's with the password that `datamancy secrets show
 * jellyfin.ownerPassword` prints. Apps on televisions can show no sign-in page of the edge, so it is for browsers.
 */
export const jellyfin = defineService('jellyfin', {
  title: 'Jellyfin',
  summary: 'Films, series, music and photographs, played in a browser.',
  docs: 'https://jellyfin.org/docs/general/installation/container/',
  licence: 'GPL-2.0-only',
  category: 'media',
  image: 'jellyfin/jellyfin:10.11.11',
  user: '1000:1000',

  ports: { web: http(8096) },
  volumes: {
    config: volume('/config', { role: 'data', backup: 'daily' }),
    cache: volume('/cache', {
      role: 'cache',
      backup: { skip: 'pictures and films on their way, made again when asked for' },
      size: '5GiB',
    }),
    media: volume('/media', {
      role: 'data',
      backup: { skip: 'collections are larger than the backup: copy them in a way of their own' },
      size: '20GiB',
    }),
  },
  needs: { ownerPassword: secret({ kind: 'password' }) },

  route: { port: 'web', access: { groups: ['viewer'] } },
  health: { port: 'web', path: '/health', via: 'curl', startSeconds: 120 },
  smoke: { path: '/System/Info/Public', via: 'curl', expect: { text: '"StartupWizardCompleted":true' } },
  limits: { memory: '2GiB', cpus: 2, pids: 512 },
  stopSeconds: 30,
  logs: [
    { pattern: 'FFmpeg exited with code [1-9]', means: 'A film could not be converted: its file is broken, or the cache is full.' },
    {
      pattern: 'SQLite Error 13|No space left on device|insufficient free space',
      means: 'The disk is full; Jellyfin does not start with less than 2 GiB free.',
    },
    { pattern: 'SQLite Error 5', means: 'Two programs write one database: only one Jellyfin may have the volume config.' },
  ],

  env: ({ url, here }) => ({
    JELLYFIN_DATA_DIR: here.volume.config,
    JELLYFIN_CONFIG_DIR: `${here.volume.config}/config`,
    JELLYFIN_LOG_DIR: `${here.volume.config}/log`,
    JELLYFIN_CACHE_DIR: here.volume.cache,
    JELLYFIN_PublishedServerUrl: url,
    HOME: here.volume.cache,
  }),
  setup: ({ ownerPassword, cluster: { admin }, here }) => [
    {
      title: 'the owner’s account',
      argv: ['sh', '-c', firstQuestions, `http://127.0.0.1:${here.listen.web.port}`],
      input: text`{"Name":"${admin.name}","Password":"${ownerPassword}"}`,
    },
  ],
});
