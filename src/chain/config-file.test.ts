import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainsSchema } from '../contracts/evm-payments.ts';
import { readConfig, tellOfFormerFile } from './config-file.ts';
import { makeTestFolder } from './testing/folder.ts';

let folder: string;

beforeEach(() => {
  folder = makeTestFolder();
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function readText(text: string): Promise<unknown> {
  const path = join(folder, 'chains.json');
  writeFileSync(path, text);
  return readConfig(chainsSchema, path);
}

test('what is wrong with the file is told with what to do, and without its values, which may be keys of RPCs', async () => {
  const rpcs = '"rpcs": ["https://rpc.example.net/an-api-key", "ftp://an-api-key"]';
  for (const text of [`{ "chains": { "base": { ${rpcs}`, `{ "chains": { "base": { "id": 5, ${rpcs}, "max_fee_gwei": "1" } } }`, '']) {
    const failure = await readText(text).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 'E_CHAIN_CONFIG', fix: expect.stringContaining('datamancy up') });
    expect(failure).toMatchObject({ fix: expect.stringContaining('datamancy secrets set') });
    expect(String(failure)).toMatch(/chains.json: (?:is no JSON|chains.base.rpcs.1: is no address)/);
    expect(String(failure)).not.toContain('api-key');
  }
});

test('a file that is not there is no empty one: somebody would wonder why nothing is paid', async () => {
  await expect(readConfig(chainsSchema, join(folder, 'chains.json'))).rejects.toThrow('ENOENT');
});

test('a file of the owner that is no longer read is told of, and one that is not there is not', () => {
  const told: unknown[] = [];
  const log = { error: (what: object) => told.push(what) };
  const database = join(folder, 'data', 'ledger.sqlite');
  mkdirSync(join(folder, 'data'));
  tellOfFormerFile(database, 'chains.yaml', log);
  expect(told).toEqual([]);
  writeFileSync(join(folder, 'data', 'chains.yaml'), 'chains: []');
  tellOfFormerFile(database, 'chains.yaml', log);
  expect(told).toEqual([{ event: 'config.former', path: join(folder, 'data', 'chains.yaml') }]);
});
