import { reach, secret } from '../../contracts/index.ts';
import { defineService, file, http, json, volume } from '../../service/index.ts';

/** The edge says who comes, and pgAdmin believes it. It still asks for the password of a database, which `datamancy secrets show` prints. */
export const pgadmin = defineService('pgadmin', {
  title: 'pgAdmin',
  summary: 'Looks into PostgreSQL: tables, plans of queries, locks, roles, backups by hand.',
  docs: 'https://www.pgadmin.org/docs/pgadmin4/latest/container_deployment.html',
  licence: 'PostgreSQL',
  category: 'management',
  image: 'dpage/pgadmin4:9.17',
  user: '5050:0',

  ports: { web: http(8080) },
  volumes: { data: volume('/var/lib/pgadmin', { role: 'data', backup: 'weekly' }) },
  needs: { servers: reach('postgres'), password: secret({ kind: 'password' }) },

  route: { port: 'web', access: { groups: ['admin'], identity: { user: 'X-Remote-User' } } },
  health: { port: 'web', path: '/misc/ping', startSeconds: 120 },
  smoke: { path: '/misc/ping', expect: { text: 'PING' } },
  limits: { memory: '512MiB', cpus: 1 },
  logs: [
    {
      pattern: 'does not appear to be a valid email address',
      means: 'The administrator in cluster.yaml has an address that pgAdmin refuses.',
    },
  ],

  env: ({ cluster, password, here: { listen } }) => ({
    // Owns the list of servers and never signs in, because only the edge's word counts.
    PGADMIN_DEFAULT_EMAIL: cluster.admin.email,
    PGADMIN_DEFAULT_PASSWORD_FILE: file(password),
    PGADMIN_LISTEN_ADDRESS: listen.web.address,
    PGADMIN_LISTEN_PORT: listen.web.port,
    PGADMIN_DISABLE_POSTFIX: true,
    PGADMIN_REPLACE_SERVERS_ON_STARTUP: 'True',
    PGADMIN_CUSTOM_CONFIG_DISTRO_FILE: '/tmp/config_distro.py',
    PGADMIN_CONFIG_AUTHENTICATION_SOURCES: "['webserver']",
    PGADMIN_CONFIG_WEBSERVER_REMOTE_USER: "'X-Remote-User'",
    PGADMIN_CONFIG_ALLOW_SPECIAL_EMAIL_DOMAINS: "['arpa', 'local', 'localhost', 'test']",
    PGADMIN_CONFIG_GLOBALLY_DELIVERABLE: 'False',
    PGADMIN_CONFIG_UPGRADE_CHECK_ENABLED: 'False',
    GUNICORN_ACCESS_LOGFILE: '/dev/null',
  }),
  files: {
    servers: {
      path: '/pgadmin4/servers.json',
      content: ({ cluster, servers: { targets } }) =>
        json({
          Servers: Object.fromEntries(
            targets.map(({ service, host, port }, i) => [
              i + 1,
              {
                Name: service,
                Group: cluster.name,
                Host: host,
                Port: port,
                MaintenanceDB: 'postgres',
                Username: 'postgres',
                Shared: true,
                ConnectionParameters: { sslmode: 'disable', connect_timeout: 10 },
              },
            ]),
          ),
        }),
    },
  },
});
