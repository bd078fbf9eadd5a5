import { defineService, http, yaml } from '../../service/index.ts';

/** Tiles of this cluster's own services come from the whole stack; until something writes them, the page shows none rather than examples. */
export const homepage = defineService('homepage', {
  title: 'Homepage',
  summary: 'The first page that a browser opens: the time, a search, and what this cluster offers.',
  docs: 'https://gethomepage.dev/configs/settings/',
  licence: 'GPL-3.0-only',
  category: 'apps',
  image: 'ghcr.io/gethomepage/homepage:v1.12.3',
  user: '1000:1000',

  ports: { web: http(3000) },
  // Files that are missing here are copied from the image at each start.
  tmpfs: ['/app/config', '/app/.next/cache'],

  route: { port: 'web', host: 'home', access: { groups: ['viewer'] } },
  health: { port: 'web', path: '/api/healthcheck' },
  smoke: { path: '/api/validate', expect: { text: '[]' } },
  limits: { memory: '384MiB', cpus: 1 },
  logs: [{ pattern: 'Host validation failed', means: 'somebody asks for the page by a name that is not its own' }],

  env: ({ url, here }) => ({
    HOSTNAME: here.listen.web.address,
    PORT: here.listen.web.port,
    HOMEPAGE_ALLOWED_HOSTS: url.replace('https://', ''),
    LOG_TARGETS: 'stdout',
  }),
  files: {
    settings: {
      path: '/app/config/settings.yaml',
      content: ({ cluster }) => yaml({ title: cluster.name, headerStyle: 'clean', hideVersion: true, disableUpdateCheck: true }),
    },
    services: { path: '/app/config/services.yaml', content: () => yaml([]) },
    bookmarks: { path: '/app/config/bookmarks.yaml', content: () => yaml([]) },
    widgets: {
      path: '/app/config/widgets.yaml',
      content: () => yaml([{ datetime: { format: { dateStyle: 'long', timeStyle: 'short' } } }]),
    },
  },
});
