import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resetSecondFactors, runRecordsCommand } from './records-command.ts';
import { createSqliteRecords } from './sqlite-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'gate-reset-'));
const storage = { path: join(folder, 'db.sqlite3'), encryptionKey: 'a storage key only tests know' };

afterAll(() => rmSync(folder, { recursive: true }));

describe('resetting second factors beside a running gate', () => {
  it('takes all of one person, and of nobody else', async () => {
    const running = createSqliteRecords({ ...storage, onChange: () => undefined });
    const totp = { secret: 'JBSWY3DPEHPK3PXP', digits: 6, periodSeconds: 30, algorithm: 'SHA1', createdAt: 1 } as const;
    const key = { publicKey: new Uint8Array([1]), counter: 0, transports: [], name: 'key', createdAt: 1, usedAt: undefined };
    for (const person of ['ann', 'ben']) {
      await running.saveTotp(person, totp);
      for (const number of [1, 2]) await running.savePasskey(person, { ...key, id: `${person}${number}` });
      await running.replaceRecoveryCodes(person, ['one', 'two', 'three']);
    }
    expect(await resetSecondFactors(storage, 'ann')).toEqual({ totp: true, passkeys: 2, recoveryCodes: 3 });
    expect(await running.secondFactorsOf('ann')).toEqual({ totp: false, passkeys: [], recoveryCodesLeft: 0 });
    expect(await running.secondFactorsOf('ben')).toMatchObject({ totp: true, recoveryCodesLeft: 3 });
    expect(await resetSecondFactors(storage, 'ann')).toEqual({ totp: false, passkeys: 0, recoveryCodes: 0 });
    running.close();
  });

  it.each([[], ['reset'], ['show', 'ann'], ['reset', 'ann', 'ben'], ['reset', '']])('is not guessed at: %j %j', async (...argv) => {
    await expect(runRecordsCommand(argv, {})).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('says so where the records cannot be changed', async () => {
    const nowhere = { ...storage, path: join(folder, 'none/db.sqlite3') };
    await expect(resetSecondFactors(nowhere, 'ann')).rejects.toMatchObject({ code: 'E_COMMAND_FAILED' });
  });
});
