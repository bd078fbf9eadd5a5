import { secret } from '../../contracts/index.ts';
import { defineService, http, volume, yaml } from '../../service/index.ts';

/** Members search in a browser; language models ask for JSON from inside, past the sign-in page. */
export const searxng = defineService('searxng', {
  title: 'SearXNG',
  summary: 'Searches the web with many engines at once and tells none of them who asks.',
  docs: 'https://docs.searxng.org/admin/settings/index.html',
  licence: 'AGPL-3.0-or-later',
  category: 'ai',
  image: 'ghcr.io/searxng/searxng:2026.5.10-df1f24fb7',
  user: '977:977',

  ports: { web: http(8080) },
  provides: { 'web-search': { port: 'web' } },
  volumes: { cache: volume('/var/cache/searxng', { role: 'cache', backup: { skip: 'favicons and what engines told of themselves' } }) },
  tmpfs: ['/etc/searxng'],
  needs: { secretKey: secret({ kind: 'hex', bytes: 32 }) },

  route: { port: 'web', host: 'search', access: { groups: ['viewer'] } },
  health: {
    command: [
      '/usr/local/searxng/.venv/bin/python',
      '-c',
      "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)",
    ],
  },
  limits: { memory: '512MiB', cpus: 1 },
  logs: [
    {
      pattern: 'SearxEngineCaptchaException|SearxEngineTooManyRequestsException',
      means: 'a search engine refuses this machine for a while',
    },
    { pattern: 'Invalid settings.yml', means: 'the settings do not fit this version of SearXNG' },
  ],

  env: ({ secretKey, url, here }) => ({
    SEARXNG_SECRET: secretKey,
    SEARXNG_BASE_URL: `${url}/`,
    GRANIAN_HOST: here.listen.web.address,
    GRANIAN_PORT: here.listen.web.port,
  }),
  files: {
    settings: {
      path: '/etc/searxng/settings.yml',
      content: ({ cluster }) =>
        yaml({
          use_default_settings: true,
          general: { instance_name: `Search of ${cluster.name}`, enable_metrics: false },
          search: { formats: ['html', 'json'], autocomplete: 'duckduckgo' },
          // Nobody comes here who was not let in, so nobody has to be told from a robot.
          server: { limiter: false, public_instance: false, image_proxy: true, method: 'GET' },
        }),
    },
  },
});
