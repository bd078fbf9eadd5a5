import { defineService, http, rendered, yaml } from '../../service/index.ts';

/**
 * Everybody who may enter sees the same tiles, also those that lead to what only some may enter; a tile says so. What Homepage would load
 * from elsewhere, icons and the news of its next version, it is not asked for.
 */
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
    settings: { path: '/app/config/settings.yaml', content: () => rendered('homepage-settings') },
    services: { path: '/app/config/services.yaml', content: () => rendered('homepage-services') },
    bookmarks: { path: '/app/config/bookmarks.yaml', content: () => rendered('homepage-bookmarks') },
    icons: { path: '/app/public/icons', content: () => rendered('homepage-icons') },
    widgets: {
      path: '/app/config/widgets.yaml',
      content: ({ cluster }) =>
        yaml([{ greeting: { text_size: 'xl', text: cluster.name } }, { datetime: { format: { dateStyle: 'long', timeStyle: 'short' } } }]),
    },
  },
});
