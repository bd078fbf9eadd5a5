import { parseArgs } from 'node:util';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import { loadGateConfig } from './config.ts';
import { RecordsUnavailable } from './records.ts';
import { createSqliteRecords } from './sqlite-records.ts';

/**
 * `serve.js gate-records reset <personId> [--config FILE]`, run where gate runs and beside it: takes every second factor and recovery code
 * of a person away, for one who lost them, and prints `{"totp":true,"passkeys":2,"recoveryCodes":7}`, what there was. `personId` is the
 * subject of tokens, LDAP's entryUUID. His open sessions and his consents stay. Without `--config` the file is the one that
 * X_AUTHELIA_CONFIG names. Throws E_USAGE, E_GATE_CONFIG, or E_COMMAND_FAILED where the records cannot be changed.
 */
export async function runRecordsCommand(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { config: { type: 'string', short: 'c' } },
    allowPositionals: true,
  });
  const [verb, personId] = positionals;
  if (verb !== 'reset' || !personId || positionals.length > 2) {
    throw new DatamancyError('E_USAGE', 'a person to reset was not named', { fix: 'serve gate-records reset <personId>' });
  }
  const config = await loadGateConfig(values.config ?? env['X_AUTHELIA_CONFIG'] ?? '/config/configuration.yml', env);
  process.stdout.write(`${JSON.stringify(await resetSecondFactors(config.storage, personId))}\n`);
}

interface Removed {
  readonly totp: boolean;
  readonly passkeys: number;
  readonly recoveryCodes: number;
}

/** Removes all second factors of a person, with which his recovery codes go, and tells what there was. */
export async function resetSecondFactors(
  storage: { readonly path: string; readonly encryptionKey: string },
  personId: string,
): Promise<Removed> {
  const records = createSqliteRecords({ ...storage, onChange: () => undefined });
  try {
    const { totp, passkeys, recoveryCodesLeft } = await records.secondFactorsOf(personId);
    for (const { id } of passkeys) await records.removePasskey(personId, id);
    await records.removeTotp(personId);
    return { totp, passkeys: passkeys.length, recoveryCodes: recoveryCodesLeft };
  } catch (cause) {
    if (!(cause instanceof RecordsUnavailable)) throw cause;
    throw new DatamancyError('E_COMMAND_FAILED', `${storage.path} cannot be changed: ${messageOf(cause)}`, {
      fix: 'see what gate logs about its records, then run this again',
      cause,
    });
  } finally {
    records.close();
  }
}
