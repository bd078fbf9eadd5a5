import type { UnitLimits } from '../service/index.ts';

const mib = 1024 ** 2;
/** Leaves room for the server's buffers and for those connections that work. */
const bytesForOne = 5 * mib;
/** Beyond it a pool in front serves more with less. */
const most = 500;

/** Connections that a client of a SQL server opens at most where it does not say, and that a pool in front opens to any one database. */
export const usualConnections = 10;

/** Connections that a SQL server takes, by its memory; never so few that none is left beside the administrator's. */
export function connectionsWithin({ memoryBytes }: UnitLimits): number {
  return Math.min(most, Math.max(20, Math.floor(memoryBytes / bytesForOne)));
}

/** The least memory with which that many are taken, in bytes; undefined where no amount is enough. */
export function memoryForConnections(connections: number): number | undefined {
  return connections > most ? undefined : connections * bytesForOne;
}

/**
 * Settings of a PostgreSQL server that follow from its limits, as arguments of `postgres`; they stand above its file, so that it follows
 * the limits at each start (https://www.postgresql.org/docs/17/runtime-config-resource.html). What maintenance takes may lie in /dev/shm,
 * which must be twice as large.
 */
export function postgresArguments(limits: UnitLimits): readonly string[] {
  const memory = limits.memoryBytes / mib;
  const connections = connectionsWithin(limits);
  const buffers = memory / 4;
  const settings = {
    max_connections: connections,
    shared_buffers: inMegabytes(buffers),
    effective_cache_size: inMegabytes(memory - buffers),
    maintenance_work_mem: inMegabytes(Math.min(memory / 16, 256)),
    // Three sorts or hashes at once in each connection; never less than PostgreSQL's own 4 MB.
    work_mem: inMegabytes(Math.max(4, (memory - buffers) / (3 * connections))),
    max_wal_size: inMegabytes(Math.min(Math.max(memory, 1024), 4096)),
    // Disks without heads, where what lies apart is read as fast as what lies together.
    random_page_cost: 1.1,
    effective_io_concurrency: 200,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * The same for `mariadbd`: half for its buffers, because connections share the rest
 * (https://mariadb.com/docs/server/ha-and-performance/mariadb-memory-allocation).
 */
export function mariadbArguments(limits: UnitLimits): readonly string[] {
  const pool = limits.memoryBytes / mib / 2;
  return [
    `--innodb-buffer-pool-size=${Math.floor(pool)}M`,
    `--innodb-log-file-size=${Math.floor(Math.max(96, pool / 4))}M`,
    `--max-connections=${connectionsWithin(limits)}`,
  ];
}

function inMegabytes(amount: number): string {
  return `${Math.floor(amount)}MB`;
}
