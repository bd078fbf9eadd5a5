import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type Records, RecordsUnavailable } from './records.ts';
import { createSqliteRecords } from './sqlite-records.ts';
import { createMemoryRecords } from './testing/memory-records.ts';
import { describeRecords } from './testing/records-suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'gate-records-'));
const encryptionKey = 'a storage key only tests know';
const totp = { secret: 'JBSWY3DPEHPK3PXP', digits: 6, periodSeconds: 30, algorithm: 'SHA1', createdAt: 1 } as const;
const opened: Records[] = [];
let told: (string | undefined)[] = [];

function open(name: string, key = encryptionKey): Records {
  const records = createSqliteRecords({ path: join(folder, name), encryptionKey: key, onChange: (reason) => told.push(reason) });
  opened.push(records);
  return records;
}

afterEach(() => {
  vi.useRealTimers();
  told = [];
});

afterAll(() => {
  for (const records of opened) records.close();
  rmSync(folder, { recursive: true });
});

describeRecords('sqlite', () => shared);
describeRecords('memory', () => memory);

const shared = open('shared.sqlite3');
const memory = createMemoryRecords();

describe('records in a file', () => {
  it('are there again after a restart', async () => {
    const first = open('restart.sqlite3');
    await first.saveTotp('ann', totp);
    await first.useTotpStep('ann', 5);
    first.close();
    const second = open('restart.sqlite3');
    expect(await second.findTotp('ann')).toEqual(totp);
    expect(await second.useTotpStep('ann', 5)).toBe(false);
  });

  it('keep what a gate wrote that did not note when a consent was given', async () => {
    const later = Date.now() + 60_000;
    open('before.sqlite3').close();
    const former = new Database(join(folder, 'before.sqlite3'));
    former.exec('ALTER TABLE consent DROP COLUMN since');
    former.exec(`INSERT INTO consent (person, client, scopes, until) VALUES ('ann', 'wiki', 'openid', ${later})`);
    former.close();
    open('before.sqlite3').close();
    const records = open('before.sqlite3');
    expect(await records.consentsOf('ann')).toEqual([{ clientId: 'wiki', scopes: ['openid'], since: undefined, until: later }]);
    await records.saveConsent('ann', 'wiki', ['openid'], later);
    expect((await records.consentsOf('ann'))[0]?.since).toBeDefined();
  });

  it('can be opened and written by a gate that did not note when a consent was given, for the way back', async () => {
    const later = Date.now() + 60_000;
    const records = open('back.sqlite3');
    await records.saveConsent('ann', 'wiki', ['openid'], later);
    const former = new Database(join(folder, 'back.sqlite3'));
    expect(former.prepare('PRAGMA user_version').get([])).toMatchObject({ user_version: 1 });
    former.exec(`INSERT OR REPLACE INTO consent (person, client, scopes, until) VALUES ('ann', 'wiki', 'email', ${later})`);
    former.close();
    expect(await records.consentsOf('ann')).toEqual([{ clientId: 'wiki', scopes: ['email'], since: undefined, until: later }]);
  });

  it('can be read and changed by a second process while the first has them open', async () => {
    const first = open('two.sqlite3');
    await first.saveTotp('ann', totp);
    const second = open('two.sqlite3');
    await second.removeTotp('ann');
    expect(await first.findTotp('ann')).toBeUndefined();
  });

  it('hold no secret in the clear, and are for their owner only', async () => {
    const records = open('sealed.sqlite3');
    await records.saveTotp('ann', totp);
    for (const name of readdirSync(folder).filter((file) => file.startsWith('sealed'))) {
      expect(readFileSync(join(folder, name)).includes(totp.secret)).toBe(false);
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    }
  });

  it('refuse a secret that was moved to another person', async () => {
    const records = open('moved.sqlite3');
    await records.saveTotp('ann', totp);
    const thief = new Database(join(folder, 'moved.sqlite3'));
    thief.exec("INSERT INTO totp SELECT 'eve', secret, digits, period, algorithm, created_at, used_step FROM totp");
    thief.close();
    await expect(records.findTotp('eve')).rejects.toBeInstanceOf(RecordsUnavailable);
    expect(await records.findTotp('ann')).toEqual(totp);
  });

  it('refuse another key at once, and say what to do', () => {
    open('key.sqlite3').close();
    expect(() => open('key.sqlite3', 'another key of enough letters')).toThrow(
      expect.objectContaining({ code: 'E_GATE_CONFIG', message: expect.stringContaining('another storage.encryption_key') }),
    );
    expect(told).toEqual([undefined]);
    expect(open('key.sqlite3').isOpen()).toBe(true);
  });

  it('refuse a file of a later gate', () => {
    open('later.sqlite3').close();
    const future = new Database(join(folder, 'later.sqlite3'));
    future.exec('PRAGMA user_version = 99');
    future.close();
    expect(() => open('later.sqlite3')).toThrow(expect.objectContaining({ code: 'E_GATE_CONFIG' }));
  });

  it('are away where the file cannot be opened, and come back by themselves', async () => {
    vi.useFakeTimers();
    const place = join(folder, 'late.sqlite3');
    mkdirSync(place);
    const records = open('late.sqlite3');
    expect([records.isOpen(), told.length]).toEqual([false, 1]);
    await expect(records.findTotp('ann')).rejects.toBeInstanceOf(RecordsUnavailable);
    await vi.advanceTimersByTimeAsync(6000);
    expect([records.isOpen(), told.length]).toEqual([false, 1]);
    rmdirSync(place);
    await vi.advanceTimersByTimeAsync(6000);
    expect([records.isOpen(), told.at(-1)]).toEqual([true, undefined]);
    expect(await records.findTotp('ann')).toBeUndefined();
  });

  it('are away, not made anew, where the file is something else', async () => {
    writeFileSync(join(folder, 'text.sqlite3'), 'a letter to my grandmother, and long enough for a header of SQLite'.repeat(20));
    const records = open('text.sqlite3');
    expect(records.isOpen()).toBe(false);
    expect(readFileSync(join(folder, 'text.sqlite3'), 'utf8')).toContain('grandmother');
  });

  it('are away while another process writes for too long, and then go on', async () => {
    const records = open('busy.sqlite3');
    const other = new Database(join(folder, 'busy.sqlite3'));
    other.exec('BEGIN IMMEDIATE');
    await expect(records.saveTotp('ann', totp)).rejects.toBeInstanceOf(RecordsUnavailable);
    expect(await records.findTotp('ann')).toBeUndefined();
    other.exec('ROLLBACK');
    other.close();
    await records.saveTotp('ann', totp);
    expect(await records.findTotp('ann')).toEqual(totp);
  });
});
