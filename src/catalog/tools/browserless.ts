import { secret } from '../../contracts/index.ts';
import { defineService, http, volume } from '../../service/index.ts';

/** Programs connect with the token, which `datamancy secrets show browserless.token` prints: `ws://…:3000/chromium?token=…`. */
export const browserless = defineService('browserless', {
  title: 'Browserless',
  summary: 'Chromium for programs: pictures and PDFs of pages, and Playwright from afar.',
  docs: 'https://docs.browserless.io/enterprise/docker/config',
  licence: 'SSPL-1.0',
  category: 'tools',
  image: 'ghcr.io/browserless/chromium:v2.56.0',
  user: '999:999',

  ports: { web: http(3000) },
  provides: { browser: { port: 'web' } },
  // Chromium wants a home, and profiles are larger than what /tmp holds.
  volumes: {
    home: volume('/home/blessuser', { role: 'cache', backup: { skip: 'profiles of browsers, each thrown away after its session' } }),
  },
  needs: { token: secret({ kind: 'base64url', bytes: 32 }) },

  route: { port: 'web', access: { groups: ['operator'] } },
  health: { port: 'web', path: '/docs/' },
  smoke: {
    command: ['sh', '-c', 'printf "header = \\"Authorization: Bearer %s\\"" "$TOKEN" | curl -fsS -K - http://127.0.0.1:3000/json/version'],
    expect: 'Chrome/',
  },
  limits: { memory: '2GiB', cpus: 2, pids: 1024 },
  shm: '512MiB',
  stopSeconds: 30,
  logs: [
    { pattern: 'Job has hit timeout', means: 'A session ran longer than TIMEOUT allows and was ended, so others wait in the queue.' },
    { pattern: 'is not properly authorized, responding with 401', means: 'A program connects without the token.' },
  ],

  env: ({ token, here: { listen, volume: at } }) => ({
    HOST: listen.web.address,
    PORT: listen.web.port,
    TOKEN: token,
    CONCURRENT: 4,
    QUEUED: 10,
    TIMEOUT: 60_000,
    HOME: at.home,
    TMPDIR: at.home,
    TZ: 'UTC',
    DEBUG: 'browserless*:error,browserless*:warn',
  }),
});
