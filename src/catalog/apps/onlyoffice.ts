import { authority, postgres, secret } from '../../contracts/index.ts';
import { defineService, file, http, volume } from '../../service/index.ts';

/** Nextcloud and Seafile hand it what is to be edited; nobody comes here by himself. */
export const onlyoffice = defineService('onlyoffice', {
  title: 'ONLYOFFICE Docs',
  summary: 'Edits texts, tables and slides in the browser, several people at once.',
  docs: 'https://helpcenter.onlyoffice.com/docs/installation/docs-community-install-docker.aspx',
  licence: 'AGPL-3.0-only',
  category: 'apps',
  image: 'onlyoffice/documentserver:9.3.1',
  user: '0:0',

  ports: { web: http(80) },
  provides: { documents: { port: 'web', secret: 'secret' } },
  volumes: {
    data: volume('/var/www/onlyoffice/Data', { role: 'config', backup: 'weekly' }),
    cache: volume('/var/lib/onlyoffice', {
      role: 'cache',
      backup: { skip: 'copies of what is being edited; the files lie where they came from' },
    }),
  },
  needs: { db: postgres(), secret: secret({ kind: 'hex', bytes: 32 }), root: authority() },
  // What is converted lies in /tmp, with every picture and font of it.
  tmpfs: [{ path: '/tmp', size: '1GiB' }],

  route: {
    port: 'web',
    host: 'office',
    access: { open: 'every document and every change carries a token that the app which opened it has signed' },
  },
  health: { port: 'web', path: '/healthcheck', via: 'curl', startSeconds: 300 },
  smoke: { path: '/healthcheck', via: 'curl', expect: { text: 'true' } },
  limits: { memory: '4GiB', cpus: 2, pids: 2048 },
  allow: {
    root: 'supervisor starts a broker, a cache, a web server and the editor there, each as a user of its own',
    writableRoot: 'its start script writes settings, fonts and scripts for browsers into the image',
    capabilities: {
      AUDIT_WRITE: 'cron, which rotates the logs, reports each of its sessions and runs none that it cannot report',
      CHOWN: 'each of its programs is given the directories it writes into',
      DAC_OVERRIDE: 'the start script changes files that belong to those programs',
      FOWNER: 'the start script sets modes of files that belong to others',
      KILL: 'supervisor ends programs that run as other users',
      SETGID: 'each of its programs runs with a group of its own',
      SETUID: 'each of its programs runs as a user of its own',
    },
  },
  stopSeconds: 60,
  logs: [
    {
      pattern: 'is not allowed. Because, It is private IP address',
      means: 'it refuses to fetch from inside the cluster: ALLOW_PRIVATE_IP_ADDRESS is not set',
    },
    { pattern: 'JsonWebTokenError|invalid token', means: 'the app and the editor have different secrets: run "datamancy up"' },
  ],

  env: ({ db, secret: token, root }) => ({
    DB_TYPE: 'postgres',
    DB_HOST: db.host,
    DB_PORT: db.port,
    DB_NAME: db.name,
    DB_USER: db.user,
    DB_PWD: db.password,
    JWT_ENABLED: true,
    JWT_SECRET: token,
    // Nextcloud is asked for files at its address inside, Seafile at the public one, which leads to the edge; each address comes signed.
    ALLOW_PRIVATE_IP_ADDRESS: true,
    NODE_EXTRA_CA_CERTS: file(root.certificate),
    GENERATE_FONTS: true,
    NGINX_WORKER_CONNECTIONS: 4096,
  }),
});
