import type { Address, Hex, LocalAccount } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import * as z from 'zod';
import { DatamancyError } from '../../kit/errors.ts';
import { blob, change, findRow, findRows, inTransaction } from '../../kit/sqlite.ts';
import type { Ledger } from './database.ts';

/** An account as everybody may see it. */
export interface Account {
  readonly name: string;
  readonly address: Address;
}

const hex = z.string().regex(/^0x[0-9a-fA-F]+$/) as unknown as z.ZodType<Hex>;
const accountRow = z.object({ name: z.string(), address: hex });
const sealedRow = z.object({ address: hex, sealed: blob });

/** Makes each account that is not there yet. Its key is closed before it is stored, and never leaves this file. */
export function makeAccounts(ledger: Ledger, names: readonly string[], now: number): void {
  inTransaction(ledger, () => {
    for (const name of names) if (!hasAccount(ledger, name)) keep(ledger, name, generatePrivateKey(), now);
  });
}

/** Takes in a key that was made elsewhere, once; E_USAGE where the name or the address is known already, or it is no key. */
export function importAccount(ledger: Ledger, name: string, key: string, now: number): Account {
  const given = hex.safeParse(key.startsWith('0x') ? key : `0x${key}`);
  if (!given.success || given.data.length !== 66) throw usage('this is no private key', 'give its 64 hexadecimal digits on standard input');
  return inTransaction(ledger, () => {
    if (hasAccount(ledger, name)) throw usage(`there is an account ${name} already`, 'choose another name: a key is never replaced');
    const { address } = accountOf(given.data);
    if (listAccounts(ledger).some((account) => account.address === address)) {
      throw usage(`${address} is known under another name`, 'use that one: two accounts with one address would take each other’s nonces');
    }
    keep(ledger, name, given.data, now);
    return { name, address };
  });
}

export function listAccounts(ledger: Ledger): readonly Account[] {
  return findRows(ledger, 'SELECT name, address FROM account ORDER BY name').map((row) => accountRow.parse(row));
}

/** What signs for an account; throws E_CHAIN_CONFIG where its row was changed or moved. */
export function openAccount(ledger: Ledger, name: string): LocalAccount {
  const row = sealedRow.parse(findRow(ledger, 'SELECT address, sealed FROM account WHERE name = ?', name));
  const key = hex.safeParse(ledger.seal.open(row.sealed, `account ${name}`));
  const account = key.success ? accountOf(key.data) : undefined;
  if (account?.address === row.address) return account;
  throw new DatamancyError('E_CHAIN_CONFIG', `the key of account ${name} was changed in the database`, { fix: 'restore a backup' });
}

function hasAccount(ledger: Ledger, name: string): boolean {
  return findRow(ledger, 'SELECT 1 FROM account WHERE name = ?', name) !== undefined;
}

function keep(ledger: Ledger, name: string, key: Hex, now: number): void {
  const sealed = ledger.seal.close(key, `account ${name}`);
  change(ledger, 'INSERT INTO account (name, address, sealed, created_at) VALUES (?, ?, ?, ?)', name, accountOf(key).address, sealed, now);
}

/** The library's own message about a key that is out of range would show it. */
function accountOf(key: Hex): LocalAccount {
  try {
    return privateKeyToAccount(key);
  } catch {
    throw usage('this is no private key', 'give its 64 hexadecimal digits on standard input');
  }
}

function usage(message: string, fix: string): DatamancyError {
  return new DatamancyError('E_USAGE', message, { fix });
}
