import { defineService, http, rendered } from '../../service/index.ts';

export const mkdocs = defineService('mkdocs', {
  title: 'Documentation',
  summary: 'Describes this very cluster: its services, addresses and owners of each access.',
  docs: 'https://squidfunk.github.io/mkdocs-material/',
  licence: 'MIT',
  category: 'docs',
  image: 'squidfunk/mkdocs-material:9.6.4',
  debian: 'mkdocs',
  user: '1000:1000',

  ports: { web: http(8000) },
  route: { port: 'web', host: 'docs', access: { groups: ['viewer'] } },
  health: { port: 'web', path: '/' },
  smoke: { path: '/search/search_index.json', expect: { text: '"docs"' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [
    { pattern: 'An error happened during the rebuild', means: 'A page is wrong, so the former site stays; the lines above say where.' },
    { pattern: 'Aborted with a configuration error', means: 'The file mkdocs.yml is not understood; the lines above say where.' },
  ],

  command: ({ here }) => [
    'serve',
    '--no-livereload',
    '--config-file',
    here.file.config,
    `--dev-addr=${here.listen.web.address}:${here.listen.web.port}`,
  ],
  files: {
    config: { path: '/docs/mkdocs.yml', content: () => rendered('mkdocs-config') },
    pages: { path: '/docs/docs', content: () => rendered('mkdocs-pages') },
  },
});
