import { secret } from '../../contracts/index.ts';
import { defineService, file, tcp, volume } from '../../service/index.ts';

/** Its processor has to know AVX (AMD and Intel since about 2011), or ARMv8.2-A. */
export const mongodb = defineService('mongodb', {
  title: 'MongoDB',
  summary: 'Database of documents; each client has a user and a database of its own.',
  docs: 'https://github.com/docker-library/docs/tree/master/mongo',
  licence: 'SSPL-1.0',
  category: 'data',
  image: 'mongo:8.0.29',
  user: '999:999',

  ports: { mongo: tcp(27017) },
  provides: { mongodb: { port: 'mongo' } },
  volumes: {
    data: volume('/data/db', { role: 'data', backup: 'hourly', size: '2GiB' }),
    shards: volume('/data/configdb', { role: 'cache', backup: { skip: 'only a server of shards writes here, and this is none' } }),
  },
  needs: { rootPassword: secret({ kind: 'password' }) },

  // The first start makes the root account on 127.0.0.1 only; the unit's own address answers when that is done.
  health: { command: ['bash', '-c', 'exec 3<>"/dev/tcp/$HOSTNAME/27017"'], startSeconds: 90 },
  smoke: { command: ['mongosh', '--quiet', '--eval', 'db.hello().isWritablePrimary'], expect: 'true' },
  limits: { memory: '1GiB', cpus: 2, pids: 1024 },
  stopSeconds: 60,
  logs: [
    {
      pattern: 'requires a CPU with AVX support',
      means: 'This processor is too old for MongoDB 5 and newer; in a virtual machine, show it the host processor.',
    },
    { pattern: '"Failed to authenticate"', means: 'A client came with an old password: run `datamancy up`, which grants it again.' },
    { pattern: 'WT_PANIC|WiredTiger metadata corruption', means: 'The files of the database are damaged: restore the last backup.' },
  ],

  env: ({ rootPassword }) => ({ MONGO_INITDB_ROOT_USERNAME: 'root', MONGO_INITDB_ROOT_PASSWORD_FILE: file(rootPassword) }),
  command: ({ here: { listen, limits } }) => [
    'mongod',
    `--bind_ip=${listen.mongo.address}`,
    `--port=${listen.mongo.port}`,
    // Connections and sorting take as much again; less than a quarter it does not accept.
    `--wiredTigerCacheSizeGB=${Math.max(0.25, limits.memoryBytes / 1024 ** 3 / 2)}`,
  ],
});
