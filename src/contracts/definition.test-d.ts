import { ldap, mariadb, mongodb, oidc, postgres, publicOidc, reach, secret, smtp, valkey } from './index.ts';
import { defineService, file, http, ini, lines, optional, tcp, text, volume, yaml } from '../service/index.ts';

// Each `@ts-expect-error` is a mistake that the compiler must refuse; `npm run check` fails where it no longer does.

const described = {
  title: 'Example',
  summary: 'Shows what a definition may say.',
  docs: 'https://example.org/',
  licence: 'MIT',
  category: 'apps',
  user: '1000:1000',
} as const;
const limits = { memory: '1GiB', cpus: 1 } as const;
const ports = { web: http(80), feed: tcp(8000) };
const unit = { ...described, image: 'example/app:1.2.3', ports, health: { port: 'web', path: '/' }, limits } as const;

defineService('whole', unit);
defineService('built-here', { ...described, debian: 'example', ports, health: { command: ['true'] }, limits });

// @ts-expect-error an image without a tag is whatever was pushed last
defineService('example', { ...unit, image: 'example/app' });
// @ts-expect-error "latest" is no version
defineService('example', { ...unit, image: 'example/app:latest' });
// @ts-expect-error a user is a number, so that it is the same in every image
defineService('example', { ...unit, user: 'www-data' });
// @ts-expect-error documentation has an address
defineService('example', { ...unit, docs: 'see the readme' });
// @ts-expect-error a category is one of the list
defineService('example', { ...unit, category: 'misc' });
// @ts-expect-error an unknown key is a typing mistake
defineService('example', { ...unit, helth: { port: 'web' } });

// @ts-expect-error health names a port that is declared
defineService('example', { ...unit, health: { port: 'wbe' } });
// @ts-expect-error a health path starts with a slash
defineService('example', { ...unit, health: { port: 'web', path: 'healthz' } });
// @ts-expect-error health is not left open
defineService('example', { ...described, image: 'example/app:1', ports, limits });
// @ts-expect-error limits are not left open
defineService('example', { ...described, image: 'example/app:1', ports, health: { port: 'web' } });
// @ts-expect-error memory has a unit
defineService('example', { ...unit, limits: { memory: '512', cpus: 1 } });

// @ts-expect-error curl cannot ask a port that speaks no HTTP
defineService('example', { ...unit, health: { port: 'web', via: 'curl' } });
defineService('example', { ...unit, health: { port: 'web', path: '/', via: 'curl' } });
// @ts-expect-error what asks is one of the programs that can be told how
defineService('example', { ...unit, health: { port: 'web', path: '/', via: 'ruby' } });

const worker = { health: { command: ['true'] }, limits } as const;
defineService('example', {
  ...unit,
  needs: { db: postgres() },
  workers: {
    queue: { ...worker, command: ({ db, here, worker: own }) => ['work', db.host, here.listen.web.port, own.listen('queue').port] },
  },
  env: ({ here }) => ({ QUEUE: here.reach('queue', 'queue').host }),
});
defineService('example', {
  ...unit,
  workers: { queue: { ...worker, first: true, route: { port: 'queue', paths: ['/queue/*'], strip: true } } },
});
// @ts-expect-error first or not: there is no number
defineService('example', { ...unit, workers: { queue: { ...worker, first: 1 } } });
// @ts-expect-error a worker has limits of its own
defineService('example', { ...unit, workers: { queue: { health: { command: ['true'] } } } });
// @ts-expect-error a worker is granted what its service asked for
defineService('example', { ...unit, workers: { queue: { ...worker, command: ({ db }) => [db.host] } } });
// @ts-expect-error a worker's paths are below the root of the host
defineService('example', { ...unit, workers: { queue: { ...worker, route: { port: 'queue', paths: ['api'] } } } });
// @ts-expect-error a secret in the command line of a worker
defineService('example', { ...unit, needs: { db: postgres() }, workers: { queue: { ...worker, command: ({ db }) => [db.password] } } });

defineService('example', {
  ...unit,
  needs: { db: postgres() },
  setup: ({ db }) => [{ title: 'owner', argv: ['app', 'add'], input: text`${db.password}`, okStatuses: [0, 2] }],
});
// @ts-expect-error a secret in the command line of a step
defineService('example', { ...unit, needs: { db: postgres() }, setup: ({ db }) => [{ title: 'owner', argv: ['app', db.password] }] });
// @ts-expect-error what is set up has a title
defineService('example', { ...unit, setup: () => [{ argv: ['app'] }] });

defineService('example', { ...unit, smoke: { path: '/search', port: 'web', expect: { status: 200, text: 'found' } } });
defineService('example', { ...unit, smoke: { command: ['app', 'try'], expect: 'well' } });
// @ts-expect-error a smoke test says what must come of it
defineService('example', { ...unit, smoke: { path: '/search' } });
// @ts-expect-error only a declared port can be asked
defineService('example', { ...unit, smoke: { path: '/search', port: 'wbe', expect: { status: 200 } } });
// @ts-expect-error words of a log that mean nothing
defineService('example', { ...unit, logs: [{ pattern: 'FATAL' }] });
// @ts-expect-error a graphics card has memory with a unit
defineService('example', { ...unit, gpu: { vram: 12 } });
// @ts-expect-error a database is in the one locale that every image has, or in its server's
defineService('example', { ...unit, needs: { db: postgres({ locale: 'de_DE' }) } });
// @ts-expect-error to be alone with the edge has a reason
defineService('example', { ...unit, route: { port: 'web', access: { groups: ['viewer'], alone: true } } });
// @ts-expect-error what a unit may use is known in bytes
defineService('example', { ...unit, env: ({ here }) => ({ CACHE: here.limits.memory }) });
defineService('example', { ...unit, env: ({ here }) => ({ CACHE: here.limits.memoryBytes / 4 }) });
// @ts-expect-error a profile is one of the list
defineService('example', { ...unit, profiles: ['misc'] });
defineService('example', { ...unit, profiles: ['ai'], conflicts: ['other'], shm: '256MiB' });

// @ts-expect-error only a declared port can be published
defineService('example', { ...unit, publish: ['quic'] });
// @ts-expect-error only a declared port has metrics
defineService('example', { ...unit, metrics: { port: 'metrics', path: '/metrics' } });
// @ts-expect-error only a declared port has a route
defineService('example', { ...unit, route: { port: 'admin', access: { open: 'a public page' } } });

// @ts-expect-error who may pass is decided, not left out
defineService('example', { ...unit, route: { port: 'web' } });
// @ts-expect-error an empty list of groups would let nobody in
defineService('example', { ...unit, route: { port: 'web', access: { groups: [] } } });
// @ts-expect-error an open route has a reason
defineService('example', { ...unit, route: { port: 'web', access: { open: true } } });
// @ts-expect-error a login is an OIDC need
defineService('example', { ...unit, needs: { db: postgres() }, route: { port: 'web', access: { login: 'db' } } });
defineService('example', {
  ...unit,
  needs: { db: postgres() },
  // @ts-expect-error an app's own login against the directory is an LDAP need
  route: { port: 'web', access: { directory: 'db', why: 'it has no other' } },
});
// @ts-expect-error an app's own login has a reason
defineService('example', { ...unit, needs: { people: ldap() }, route: { port: 'web', access: { directory: 'people' } } });
defineService('example', {
  ...unit,
  needs: { login: oidc({ callback: '/callback' }) },
  route: { port: 'web', access: { login: 'login', groups: ['viewer'], start: '/login' } },
});
defineService('example', {
  ...unit,
  needs: { login: oidc({ callback: '/callback' }) },
  // @ts-expect-error an app's own login names the groups that get in
  route: { port: 'web', access: { login: 'login', start: '/login' } },
});

defineService('example', {
  ...unit,
  route: {
    port: 'web',
    access: {
      groups: ['viewer'],
      secondFactor: true,
      identity: { user: 'X-Remote-User' },
      bypass: [{ path: '/api/push', authentication: 'a token of the app' }],
    },
    roles: { owner: ['admin'] },
  },
});
// @ts-expect-error a password with each request has a reason
defineService('example', { ...unit, route: { port: 'web', access: { groups: ['viewer'], basic: true } } });
// @ts-expect-error a bypass says what the app asks for in place of the sign-on
defineService('example', { ...unit, route: { port: 'web', access: { groups: ['viewer'], bypass: [{ path: '/api' }] } } });
// @ts-expect-error only facts about a person can be told to an app
defineService('example', { ...unit, route: { port: 'web', access: { groups: ['viewer'], identity: { password: 'X-Password' } } } });
// @ts-expect-error what goes unanswered has no host
defineService('example', { ...unit, needs: { mail: optional(smtp()) }, env: ({ mail }) => ({ HOST: mail.host }) });
defineService('example', { ...unit, needs: { mail: optional(smtp()) }, env: ({ mail }) => ({ HOST: mail?.host ?? '' }) });

// @ts-expect-error a volume decides about its backup
volume('/data', { role: 'data' });
// @ts-expect-error no backup needs a reason
volume('/data', { role: 'data', backup: false });
// @ts-expect-error a volume has a place in the unit
volume('data', { role: 'data', backup: 'daily' });
// @ts-expect-error an exception from the hardening has a reason
defineService('example', { ...unit, allow: { root: true } });
// @ts-expect-error each capability has a reason
defineService('example', { ...unit, allow: { capabilities: ['NET_ADMIN'] } });

// @ts-expect-error a first process of one's own has a reason
defineService('example', { ...unit, allow: { ownInit: true } });
// @ts-expect-error a tag that moves has a reason
defineService('example', { ...unit, allow: { floatingTag: true } });
defineService('example', { ...unit, tmpfs: ['/run', { path: '/tmp', size: '1GiB', exec: 'its plugins lie there' }] });
// @ts-expect-error a directory in memory has a size with a unit
defineService('example', { ...unit, tmpfs: [{ path: '/tmp', size: 1024 }] });
// @ts-expect-error programs in memory have a reason
defineService('example', { ...unit, tmpfs: [{ path: '/tmp', exec: true }] });
defineService('example', { ...unit, hostPaths: [{ path: '/', target: '/host', reason: 'it counts what is on the disks' }] });
// @ts-expect-error a path of the machine has a reason
defineService('example', { ...unit, hostPaths: [{ path: '/proc' }] });
// @ts-expect-error the right to write there has another
defineService('example', { ...unit, hostPaths: [{ path: '/srv', reason: 'films', writable: true }] });

const dbs = mariadb({ databases: ['files', 'pages'] });
defineService('example', { ...unit, needs: { db: dbs }, env: ({ db }) => ({ FILES: db.databases.files, PAGES: db.databases.pages }) });
// @ts-expect-error a database that was not asked for
defineService('example', { ...unit, needs: { db: dbs }, env: ({ db }) => ({ USERS: db.databases.users }) });
// @ts-expect-error who sees every database is said with true or false
mongodb({ everywhere: 'yes' });
defineService('example', { ...unit, needs: { chat: reach('matrix') }, env: ({ chat }) => ({ SERVER: chat.targets[0]?.url ?? '' }) });

// @ts-expect-error the out-of-band callback is no path
oidc({ callback: 'urn:ietf:wg:oauth:2.0:oob' });
// @ts-expect-error a callback is a path: the host comes from the route
oidc({ callback: 'https://example.org/callback' });
// @ts-expect-error access to nothing is no need
reach();
// @ts-expect-error a secret says what it is made of
secret({});

const withLogin = { ...unit, needs: { login: publicOidc({ callback: '/callback' }), key: secret({ kind: 'hex', bytes: 32 }) } } as const;

defineService('example', {
  ...withLogin,
  env: ({ login, key }) => ({
    ID: login.clientId,
    // @ts-expect-error a public client has no secret
    SECRET: login.clientSecret,
    KEY: key,
    KEY_FILE: file(key),
    JOINED: text`prefix-${key}`,
    // @ts-expect-error a secret is no string to work on
    SHOUTED: key.toUpperCase(),
  }),
});
defineService('example', {
  ...withLogin,
  // @ts-expect-error only what was asked for is granted
  env: ({ cache }) => ({ HOST: cache }),
});
defineService('example', {
  ...withLogin,
  // @ts-expect-error a value of the environment is no list
  env: ({ login }) => ({ SCOPES: login.scopes.split(' ') }),
});

// A command line is seen by every user of the machine.
defineService('example', { ...withLogin, command: ({ key }) => ['serve', file(key), text`--key-file=${file(key)}`] });
// @ts-expect-error a secret in the command line
defineService('example', { ...withLogin, command: ({ key }) => ['serve', key] });
// @ts-expect-error a secret inside a word of the command line
defineService('example', { ...withLogin, command: ({ key }) => ['serve', text`--key=${key}`] });
defineService('example', {
  ...withLogin,
  // @ts-expect-error a secret in the command line of a child process
  process: { packages: [], argv: ({ key }) => ['serve', key] },
});

const withVolume = { ...unit, volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) } } as const;

defineService('example', {
  ...withVolume,
  env: ({ here }) => ({ DATA: here.volume.data, CONFIG: here.file.config, PORT: here.listen.web.port }),
  files: { config: { path: '/etc/example.yml', content: ({ here }) => yaml({ data: here.volume.data }) } },
});
// @ts-expect-error a volume that is not declared
defineService('example', { ...withVolume, env: ({ here }) => ({ DATA: here.volume.database }) });
// @ts-expect-error a file that is not declared
defineService('example', { ...withVolume, env: ({ here }) => ({ CONFIG: here.file.config }) });
// @ts-expect-error a port that is not declared
defineService('example', { ...withVolume, env: ({ here }) => ({ PORT: here.listen.metrics.port }) });
// @ts-expect-error a file has a place in the unit
defineService('example', { ...withVolume, files: { config: { path: 'example.yml', content: () => lines('') } } });
// @ts-expect-error a section of an ini file holds values, not sections
ini({ server: { tls: { port: 443 } } });

// @ts-expect-error a monitor is asked for with true or false
valkey({ monitor: 'yes' });
