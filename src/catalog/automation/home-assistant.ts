import { postgres, reach, secret } from '../../contracts/index.ts';
import { defineService, http, json, optional, text, volume, yaml } from '../../service/index.ts';

/** Makes the account of whoever comes first, so that no visitor is the first. It has no /api/onboarding any more once all steps are done. */
const firstAccount = [
  'curl -fs -o /dev/null "$0/auth/providers" && exit 0',
  'exec curl -fsS -o /dev/null -H "Content-Type: application/json" --data-binary @- "$0/api/onboarding/users"',
].join('\n');

/** Its first start writes configuration.yaml, to which this adds the folder of ours; another start, which the engine makes, reads it. */
const addPackages = [
  'grep -q "^  packages:" "$0" && exit 0',
  'printf "\\nhomeassistant:\\n  packages: !include_dir_named packages\\n" >>"$0"',
  'pkill -f "[h]omeassistant --config"',
].join('\n');

/**
 * The edge asks who comes, and Home Assistant asks again for an account of its own, which its app keeps. Devices on USB, and those that
 * answer only in their own network segment, are out of its reach in a container.
 */
export const homeAssistant = defineService('home-assistant', {
  title: 'Home Assistant',
  summary: 'Lights, heating and sensors of the house in one place, with rules among them.',
  docs: 'https://www.home-assistant.io/docs/configuration/',
  licence: 'Apache-2.0',
  category: 'automation',
  image: 'ghcr.io/home-assistant/home-assistant:2026.8.3',
  user: '0:0',

  ports: { web: http(8123) },
  volumes: { config: volume('/config', { role: 'data', backup: 'daily', size: '1GiB' }) },
  needs: { db: postgres(), ownerPassword: secret({ kind: 'password' }), voices: optional(reach('speech')) },

  route: {
    port: 'web',
    host: 'house',
    access: {
      groups: ['viewer'],
      bypass: [
        { path: '/api', authentication: 'a token of the app, or one that a person made for a program' },
        { path: '/auth/token', authentication: 'a code that was given to the app once' },
      ],
    },
  },
  health: { port: 'web', path: '/manifest.json', startSeconds: 300 },
  smoke: { path: '/auth/providers', expect: { text: '"type":"homeassistant"' } },
  limits: { memory: '1GiB', cpus: 2, pids: 512 },
  allow: {
    root: 'its supervisor s6 begins as root, and integrations install what they need beside the program',
    ownInit: 's6 ends at once where it is not process 1',
    writableRoot: 's6 copies its programs to /run and runs them there; integrations are installed below /usr',
    capabilities: {
      CHOWN: 's6 gives the directories of its services to their users',
      DAC_OVERRIDE: 'the recorder and integrations write where s6 has changed owners',
      NET_RAW: 'the integration that looks whether a device is there sends ICMP packets',
      SETGID: 's6 changes to the group of the service that it starts',
      SETUID: 's6 changes to the user of the service that it starts',
    },
  },
  stopSeconds: 60,
  logs: [
    {
      pattern: 'A request from a reverse proxy was received|X-Forwarded-For header from an untrusted proxy',
      means: 'The edge’s address is none of trusted_proxies: run `datamancy up`, which adds ours.',
    },
    {
      pattern: 'Error during connection setup.*(?:psycopg2|postgresql)',
      means: 'The database is away: what devices report is not recorded until it is back.',
    },
    { pattern: 'Invalid config for', means: 'An integration was set up wrongly; the line says which, and the rest runs.' },
    {
      pattern: 'Login attempt or request with invalid authentication',
      means: 'A password or token was refused; seen often, a program has an old one.',
    },
  ],

  env: () => ({ TZ: 'UTC' }),
  setup: ({ ownerPassword, cluster: { admin }, url, here }) => [
    {
      title: 'the owner’s account',
      argv: ['sh', '-c', firstAccount, `http://127.0.0.1:${here.listen.web.port}`],
      input: text`{"client_id":"${url}/","name":"${admin.name}","username":"${admin.name}","password":"${ownerPassword}","language":"en"}`,
    },
    { title: 'settings of the cluster', argv: ['sh', '-c', addPackages, `${here.volume.config}/configuration.yaml`] },
  ],
  files: {
    // Its own store, as it stands once confirmed: from 2026.8 on it reads `http:` in YAML at its very first start alone, and drops it after
    // five minutes (https://github.com/home-assistant/core/blob/2026.8.3/homeassistant/components/http/config.py).
    http: {
      path: '/config/.storage/http',
      content: ({ here }) =>
        json({
          version: 2,
          minor_version: 2,
          key: 'http',
          data: {
            stable: {
              server_port: here.listen.web.port,
              cors_allowed_origins: ['https://cast.home-assistant.io'],
              use_x_forwarded_for: true,
              trusted_proxies: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
              login_attempts_threshold: 10,
              ip_ban_enabled: true,
              ssl_profile: 'modern',
              use_x_frame_options: true,
              created_at: '2026-08-05T00:00:00+00:00',
              error: null,
              error_message: null,
            },
            pending: null,
            yaml_migration_done: true,
          },
        }),
    },
    settings: {
      path: '/config/packages/cluster.yaml',
      content: ({ db }) =>
        yaml({
          recorder: { db_url: text`postgresql://${db.user}:${db.password}@${db.address}/${db.name}`, purge_keep_days: 30 },
          logger: { default: 'warning' },
        }),
    },
  },
});
