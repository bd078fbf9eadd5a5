import { Redis } from 'iovalkey';
import { messageOf } from '../kit/errors.ts';
import type { GateConfig } from './config.ts';
import type { Log } from '../kit/log.ts';
import { type Store, StoreUnavailable } from './store.ts';

/**
 * A store in Valkey, under keys that begin with the account's name, as in `gate:`. While Valkey is away every call fails at once instead of
 * waiting, and the connection is sought again in the background for as long as it takes.
 */
export function createValkeyStore(settings: NonNullable<GateConfig['valkey']>, log: Log): Store {
  const client = new Redis({
    host: settings.host,
    port: settings.port,
    db: settings.database_index,
    ...(settings.username ? { username: settings.username } : {}),
    ...(settings.password ? { password: settings.password } : {}),
    ...(settings.tls
      ? { tls: { servername: settings.tls.server_name ?? settings.host, rejectUnauthorized: settings.tls.skip_verify !== true } }
      : {}),
    keyPrefix: `${settings.username || 'gate'}:`,
    connectTimeout: settings.timeout,
    commandTimeout: Math.min(settings.timeout, 2000),
    keepAlive: 10_000,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
  });
  let lastTrouble = '';
  client.on('error', (cause: unknown) => {
    const trouble = messageOf(cause);
    if (trouble !== lastTrouble) log.warn({ event: 'store.lost', cause: trouble }, 'valkey cannot be reached');
    lastTrouble = trouble;
  });
  client.on('ready', () => {
    lastTrouble = '';
    log.info({ event: 'store.ready' }, 'valkey is connected');
  });
  return storeOver(client);
}

function storeOver(client: Redis): Store {
  return {
    async get(key) {
      const [value, remainsMs] = await ask(() => Promise.all([client.get(key), client.pttl(key)]));
      return value === null || remainsMs <= 0 ? undefined : { value, remainsMs };
    },
    async set(key, value, ttlMs) {
      await ask(() => client.set(key, value, 'PX', wholeMs(ttlMs)));
    },
    async replace(key, value, ttlMs) {
      await ask(() => client.set(key, value, 'PX', wholeMs(ttlMs), 'XX'));
    },
    async extend(key, ttlMs) {
      await ask(() => client.pexpire(key, wholeMs(ttlMs)));
    },
    async remove(key) {
      await ask(() => client.del(key));
    },
    async add(key, amount, ttlMs) {
      const results = await ask(() => client.multi().set(key, '0', 'PX', wholeMs(ttlMs), 'NX').incrby(key, amount).exec());
      const [failure, value] = results?.[1] ?? [];
      if (failure || typeof value !== 'number') throw new StoreUnavailable('the counter was not kept', { cause: failure });
      return value;
    },
    async addMember(key, member, ttlMs) {
      const ms = wholeMs(ttlMs);
      await ask(() => client.multi().sadd(key, member).pexpire(key, ms, 'NX').pexpire(key, ms, 'GT').exec());
    },
    async removeMember(key, member) {
      await ask(() => client.srem(key, member));
    },
    async members(key) {
      return await ask(() => client.smembers(key));
    },
    close() {
      client.disconnect();
    },
  };
}

async function ask<T>(command: () => Promise<T>): Promise<T> {
  try {
    return await command();
  } catch (cause) {
    throw new StoreUnavailable(messageOf(cause), { cause });
  }
}

function wholeMs(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs));
}
