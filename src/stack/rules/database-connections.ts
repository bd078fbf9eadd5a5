import { memoryForConnections, usualConnections } from '../../contracts/index.ts';
import type { PostgresRequest } from '../../contracts/postgres.ts';
import type { ResolvedService } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';
import { sumOf } from './shares.ts';

const step = 128 * 1024 ** 2;
/** Kept back by PostgreSQL for its superuser. */
const reserved = 3;

export const databaseConnections: Rule = {
  id: 'database-connections',
  why: 'when every connection of a database is taken, apps that worked for weeks answer with errors',
  check: ({ services, grants }) =>
    services.flatMap((one) => {
      const offered = connectionsOf(one);
      const clients = grants.filter(({ provider, kind }) => provider === one.name && (kind === 'postgres' || kind === 'mariadb'));
      const requests = clients.map(({ request }) => request as PostgresRequest);
      // Whichever client goes through a pool is given as many there as is usual, however few it opens by itself.
      const least = requests.some(({ looksUpPasswords }) => looksUpPasswords === true) ? usualConnections : 0;
      const wanted = sumOf(requests.map(({ connections = usualConnections }) => Math.max(connections, least))) + reserved;
      if (offered === undefined || wanted <= offered) return [];
      const enough = memoryForConnections(wanted);
      return [
        about(
          one.name,
          `its ${clients.length} clients may open ${wanted} connections, with those for the administrator, and it takes ${offered}`,
          enough === undefined
            ? 'put pgbouncer between them where it can be, say how few connections a client needs, or leave clients out'
            : `write limits: {memory: ${Math.ceil(enough / step) * 128}MiB} for it, or leave clients out`,
          'limits',
          'memory',
        ),
      ];
    }),
};

/** As its command line says it; unknown where that says nothing. */
function connectionsOf({ command = [] }: ResolvedService): number | undefined {
  const [found] = command.flatMap((word) => (typeof word === 'string' ? (/max[_-]connections=(\d+)$/.exec(word)?.slice(1) ?? []) : []));
  return found === undefined ? undefined : Number(found);
}
