import * as z from 'zod';
import { DatamancyError, messageOf, systemCode } from '../kit/errors.ts';
import { blob, change, findRow, findRows, inTransaction } from '../kit/sqlite.ts';
import { type Consent, type PasskeyRecord, type Records, RecordsUnavailable } from './records.ts';
import { type OpenRecords, openRecords, unavailable } from './sqlite-database.ts';

const totpRow = z.object({
  secret: blob,
  digits: z.union([z.literal(6), z.literal(8)]),
  period: z.number(),
  algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']),
  created_at: z.number(),
});

const passkeyRow = z
  .object({
    id: z.string(),
    person: z.string(),
    public_key: blob,
    counter: z.number(),
    transports: z.string(),
    name: z.string(),
    created_at: z.number(),
    used_at: z.number().nullable(),
  })
  .transform((row): { readonly personId: string; readonly passkey: PasskeyRecord } => ({
    personId: row.person,
    passkey: {
      id: row.id,
      publicKey: row.public_key,
      counter: row.counter,
      transports: row.transports === '' ? [] : row.transports.split(' '),
      name: row.name,
      createdAt: row.created_at,
      usedAt: row.used_at ?? undefined,
    },
  }));

const consentRow = z.object({ client: z.string(), scopes: z.string(), since: z.number().nullable(), until: z.number() }).transform(
  ({ client, scopes, since, until }): Consent => ({
    clientId: client,
    scopes: scopes === '' ? [] : scopes.split(' '),
    since: since ?? undefined,
    until,
  }),
);

/** Where the records are, and who is told when they go away or come back. */
export interface SqliteSettings {
  readonly path: string;
  readonly encryptionKey: string;
  readonly onChange: (reason: string | undefined) => void;
}

const retryMs = 5000;

/** A failure of SQLite that does not pass by itself: the file is in doubt and is opened anew. */
function isFileInDoubt(cause: unknown): boolean {
  return /^SQLITE_(?!BUSY|FULL|CONSTRAINT)/.test(systemCode(cause) ?? '');
}

/**
 * Records in an SQLite file. Where it cannot be opened they are away and are sought again every five seconds. Throws E_GATE_CONFIG at once
 * where the file was made with another key or by a later gate.
 */
export function createSqliteRecords(settings: SqliteSettings, now: () => number = Date.now): Records {
  let open: OpenRecords | undefined;
  let trouble: string | undefined = 'not opened yet';
  let retry: NodeJS.Timeout | undefined;

  function tell(reason: string | undefined): void {
    if (reason !== trouble) settings.onChange(reason);
    trouble = reason;
  }

  function seek(): void {
    try {
      open = openRecords(settings.path, settings.encryptionKey);
      tell(undefined);
    } catch (cause) {
      if (cause instanceof DatamancyError) throw cause;
      lose(messageOf(cause));
    }
  }

  function lose(reason: string): void {
    open?.database.close();
    open = undefined;
    tell(reason);
    clearTimeout(retry);
    retry = setTimeout(seekAgain, retryMs).unref();
  }

  function seekAgain(): void {
    try {
      seek();
    } catch (cause) {
      lose(messageOf(cause));
    }
  }

  async function ask<T>(work: (records: OpenRecords) => T): Promise<T> {
    if (!open) throw new RecordsUnavailable(trouble);
    try {
      return work(open);
    } catch (cause) {
      if (isFileInDoubt(cause)) lose(messageOf(cause));
      throw unavailable(cause);
    }
  }

  seek();
  return {
    ...totpOf(ask),
    ...passkeysOf(ask),
    ...recoveryCodesOf(ask),
    ...consentsOf(ask, now),
    async secondFactorsOf(personId) {
      return await ask((open) => {
        const count = (table: 'totp' | 'recovery_code'): number =>
          findRows(open, `SELECT 1 FROM ${table} WHERE person = ?`, personId).length;
        const rows = findRows(open, 'SELECT * FROM passkey WHERE person = ? ORDER BY created_at, id', personId);
        const passkeys = rows.map((row) => passkeyRow.parse(row).passkey);
        return { totp: count('totp') > 0, passkeys, recoveryCodesLeft: count('recovery_code') };
      });
    },
    async forget(personId) {
      await ask((open) =>
        inTransaction(open, () => {
          for (const table of ['totp', 'passkey', 'recovery_code', 'consent'])
            change(open, `DELETE FROM ${table} WHERE person = ?`, personId);
        }),
      );
    },
    isOpen: () => open !== undefined,
    close() {
      clearTimeout(retry);
      open?.database.close();
      open = undefined;
      trouble = 'closed';
    },
  };
}

type Ask = <T>(work: (records: OpenRecords) => T) => Promise<T>;

type Part<K extends keyof Records> = Pick<Records, K>;

function totpOf(ask: Ask): Part<'findTotp' | 'saveTotp' | 'removeTotp' | 'useTotpStep'> {
  return {
    async findTotp(personId) {
      return await ask((open) => {
        const found = findRow(open, 'SELECT * FROM totp WHERE person = ?', personId);
        if (found === undefined) return undefined;
        const row = totpRow.parse(found);
        const secret = open.seal.open(row.secret, `totp ${personId}`);
        if (secret === undefined) throw new RecordsUnavailable('a one-time-password secret was changed or moved from another row');
        return { secret, digits: row.digits, periodSeconds: row.period, algorithm: row.algorithm, createdAt: row.created_at };
      });
    },
    async saveTotp(personId, totp) {
      const sql =
        'INSERT OR REPLACE INTO totp (person, secret, digits, period, algorithm, created_at, used_step) VALUES (?, ?, ?, ?, ?, ?, -1)';
      await ask((open) => {
        const sealed = open.seal.close(totp.secret, `totp ${personId}`);
        return change(open, sql, personId, sealed, totp.digits, totp.periodSeconds, totp.algorithm, totp.createdAt);
      });
    },
    async removeTotp(personId) {
      await ask((open) => removeFactor(open, personId, 'DELETE FROM totp WHERE person = ?', [personId]));
    },
    async useTotpStep(personId, step) {
      const sql = 'UPDATE totp SET used_step = ? WHERE person = ? AND used_step < ?';
      return await ask((open) => change(open, sql, step, personId, step) === 1);
    },
  };
}

function passkeysOf(ask: Ask): Part<'savePasskey' | 'findPasskey' | 'usePasskey' | 'removePasskey'> {
  return {
    async savePasskey(personId, { id, publicKey, counter, transports, name, createdAt, usedAt }) {
      const sql =
        'INSERT INTO passkey (id, person, public_key, counter, transports, name, created_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
      const values = [id, personId, publicKey, counter, transports.join(' '), name, createdAt, usedAt ?? null];
      return await ask((open) => change(open, sql, ...values) === 1);
    },
    async findPasskey(id) {
      return await ask((open) => {
        const found = findRow(open, 'SELECT * FROM passkey WHERE id = ?', id);
        return found === undefined ? undefined : passkeyRow.parse(found);
      });
    },
    async usePasskey(id, counter, at) {
      await ask((open) => change(open, 'UPDATE passkey SET counter = max(counter, ?), used_at = ? WHERE id = ?', counter, at, id));
    },
    async removePasskey(personId, id) {
      await ask((open) => removeFactor(open, personId, 'DELETE FROM passkey WHERE person = ? AND id = ?', [personId, id]));
    },
  };
}

function removeFactor(open: OpenRecords, personId: string, sql: string, values: readonly string[]): void {
  inTransaction(open, () => {
    change(open, sql, ...values);
    const useless =
      'DELETE FROM recovery_code WHERE person = ?1 AND NOT EXISTS (SELECT 1 FROM totp WHERE person = ?1) AND NOT EXISTS (SELECT 1 FROM passkey WHERE person = ?1)';
    change(open, useless, personId);
  });
}

function recoveryCodesOf(ask: Ask): Part<'replaceRecoveryCodes' | 'useRecoveryCode'> {
  return {
    async replaceRecoveryCodes(personId, digests) {
      await ask((open) =>
        inTransaction(open, () => {
          change(open, 'DELETE FROM recovery_code WHERE person = ?', personId);
          for (const digest of digests) change(open, 'INSERT INTO recovery_code (person, digest) VALUES (?, ?)', personId, digest);
        }),
      );
    },
    async useRecoveryCode(personId, digest) {
      return await ask((open) => change(open, 'DELETE FROM recovery_code WHERE person = ? AND digest = ?', personId, digest) === 1);
    },
  };
}

function consentsOf(ask: Ask, now: () => number): Part<'findConsent' | 'saveConsent' | 'consentsOf' | 'removeConsent'> {
  return {
    async findConsent(personId, clientId) {
      return await ask((open) => {
        const found = findRow(open, 'SELECT * FROM consent WHERE person = ? AND client = ? AND until > ?', personId, clientId, now());
        return found === undefined ? undefined : consentRow.parse(found).scopes;
      });
    },
    async saveConsent(personId, clientId, scopes, until) {
      const sql = 'INSERT OR REPLACE INTO consent (person, client, scopes, since, until) VALUES (?, ?, ?, ?, ?)';
      await ask((open) => change(open, sql, personId, clientId, scopes.join(' '), now(), until));
    },
    async consentsOf(personId) {
      return await ask((open) => {
        const rows = findRows(open, 'SELECT * FROM consent WHERE person = ? AND until > ? ORDER BY client', personId, now());
        return rows.map((row) => consentRow.parse(row));
      });
    },
    async removeConsent(personId, clientId) {
      return await ask((open) => change(open, 'DELETE FROM consent WHERE person = ? AND client = ?', personId, clientId) > 0);
    },
  };
}
