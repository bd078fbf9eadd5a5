import { reach } from '../../contracts/index.ts';
import { defineService, http, json } from '../../service/index.ts';

/** Files for a browser and nothing else: what people write goes to the Matrix server, where they sign in too. */
export const element = defineService('element', {
  title: 'Element',
  summary: 'Matrix in a browser: chats, rooms and calls.',
  docs: 'https://github.com/element-hq/element-web/blob/develop/docs/config.md',
  licence: 'AGPL-3.0-only OR GPL-3.0-only',
  category: 'communication',
  image: 'vectorim/element-web:v1.12.32',
  user: '101:101',

  ports: { web: http(8080) },
  needs: { homeserver: reach('matrix') },

  route: { port: 'web', access: { groups: ['viewer'] } },
  health: { port: 'web', path: '/config.json' },
  smoke: { path: '/config.json', expect: { text: 'm.homeserver' } },
  limits: { memory: '64MiB', cpus: 0.5 },
  tmpfs: ['/etc/nginx/conf.d', '/var/cache/nginx'],
  logs: [{ pattern: 'bind\\(\\) to .* failed', means: 'The port is below what this user may take: leave ELEMENT_WEB_PORT as it is.' }],

  env: ({ here }) => ({ ELEMENT_WEB_PORT: here.listen.web.port }),
  files: {
    config: {
      path: '/app/config.json',
      content: ({ homeserver, cluster }) =>
        json({
          default_server_config: { 'm.homeserver': { base_url: homeserver.targets[0]?.url ?? '' } },
          brand: cluster.name,
          disable_custom_urls: true,
          disable_guests: true,
          disable_3pid_login: true,
          sso_redirect_options: { immediate: true },
          default_theme: 'light',
          show_labs_settings: false,
          room_directory: { servers: ['matrix.org'] },
        }),
    },
  },
});
