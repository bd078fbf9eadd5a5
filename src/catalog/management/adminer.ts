import { reach } from '../../contracts/index.ts';
import { defineService, http } from '../../service/index.ts';

export const adminer = defineService('adminer', {
  title: 'Adminer',
  summary: 'Looks into the SQL databases; signs in with the account of an app.',
  docs: 'https://www.adminer.org/',
  licence: 'Apache-2.0 OR GPL-2.0-only',
  category: 'management',
  image: 'adminer:5.2.1',
  debian: 'adminer',
  user: '33:33',

  ports: { web: http(8080) },
  needs: { databases: reach('postgres', 'mariadb') },
  route: { port: 'web', access: { groups: ['admin'] } },
  health: { port: 'web', path: '/' },
  smoke: { path: '/', expect: { text: 'Adminer' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [
    { pattern: 'Allowed memory size of \\d+ bytes exhausted', means: 'A table or a file was too large for it: ask for fewer rows.' },
    { pattern: 'server reached MaxRequestWorkers setting', means: 'Every process is busy, mostly with queries that do not end.' },
  ],

  // The page selects MariaDB, so that is the server it should name where there is one.
  env: ({ databases: { targets } }) => ({
    ADMINER_DEFAULT_SERVER: (targets.find(({ contract }) => contract === 'mariadb') ?? targets[0])?.host ?? '',
  }),
});
