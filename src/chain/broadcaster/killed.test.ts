import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { parseEther } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../kit/testing/free-port.ts';
import { until } from '../../kit/clock.ts';
import { chainsFor, type Shown, workerToken } from '../testing/broadcaster.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { type LocalChain, startLocalChain } from '../testing/local-chain.ts';
import { listAccounts, makeAccounts } from './accounts.ts';
import { replaceClients } from './clients.ts';
import { openLedger } from './database.ts';

const somebody = '0x00000000000000000000000000000000000A11cE';
const root = join(import.meta.dirname, '../../..');
const program = join(root, 'node_modules/.cache/datamancy', `broadcaster-${process.pid}.mjs`);

let chain: LocalChain;
let folder: string;
let child: ChildProcess | undefined;
let port: number;

beforeAll(async () => {
  mkdirSync(join(root, 'node_modules/.cache/datamancy'), { recursive: true });
  const contents = "import { runBroadcaster } from './server.ts'; await runBroadcaster([], process.env, new AbortController().signal);";
  const stdin = { contents, resolveDir: import.meta.dirname, loader: 'ts' } as const;
  // With its packages in it, it starts four times as fast.
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ stdin, outfile: program, bundle: true, format: 'esm', platform: 'node', banner, external: ['libsql'], logLevel: 'silent' });
});

afterAll(() => {
  rmSync(program, { force: true });
});

beforeEach(async () => {
  chain = await startLocalChain();
  folder = makeTestFolder();
  writeFileSync(join(folder, 'key'), 'key-of-the-test-0123456789abcdef\n');
  writeFileSync(join(folder, 'chains.json'), JSON.stringify(chainsFor(chain.id, [chain.url])));
  const ledger = openLedger(join(folder, 'ledger.sqlite'), 'key-of-the-test-0123456789abcdef');
  makeAccounts(ledger, ['main'], 0);
  replaceClients(ledger, { gateway: [workerToken] });
  for (const { address } of listAccounts(ledger)) await chain.fund(address, parseEther('10'));
  ledger.database.close();
});

afterEach(async () => {
  await kill();
  chain.close();
  rmSync(folder, { recursive: true, force: true });
});

async function kill(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function start(): Promise<void> {
  port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    EVM_DATABASE: join(folder, 'ledger.sqlite'),
    EVM_KEY_FILE: join(folder, 'key'),
    EVM_CHAINS_FILE: join(folder, 'chains.json'),
    EVM_HOST: '127.0.0.1',
    EVM_PORT: String(port),
    EVM_METRICS_PORT: '0',
    LOG_LEVEL: 'silent',
  };
  child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  await until('the broadcaster', async () => ((await isUp()) ? { done: true } : { seen: 'no answer' }), { everyMs: 20, withinMs: 20_000 });
}

async function isUp(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health`).then(
    () => true,
    () => false,
  );
}

async function ask(path: string, init: RequestInit = {}): Promise<Shown> {
  const headers = { authorization: `Bearer ${workerToken}`, 'content-type': 'application/json', 'idempotency-key': 'one-key-for-all' };
  return (await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers })).json() as Promise<Shown>;
}

async function submit(): Promise<Shown> {
  return ask('/submit', { method: 'POST', body: JSON.stringify({ chain: chain.id, to: somebody, value: '77' }) });
}

/** Where it is killed: by what it asks of the chain at that moment, before the chain hears of it or after. */
const moments = [
  ['stored, and nothing more', 'eth_getTransactionCount', 'before'],
  ['checked', 'eth_estimateGas', 'after'],
  ['signed, stored and not sent', 'eth_sendRawTransaction', 'before'],
  ['sent, without having heard the answer', 'eth_sendRawTransaction', 'after'],
  ['in a block that it has just been told of', 'eth_getTransactionReceipt', 'after'],
] as const;

test.each(moments)(
  'killed while a payment is %s, it pays exactly once',
  async (_, method, when) => {
    let isArmed = false;
    let tellAnswered = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      tellAnswered = resolve;
    });
    const killed = new Promise<void>((resolve) => {
      chain.intercept(async (call, proceed) => {
        // Nothing is done for the payment before this is known, so it cannot be killed before it has said that it took it.
        if (isArmed && call.method === 'eth_getTransactionCount') await answered;
        if (call.method !== method || !isArmed) return proceed();
        isArmed = false;
        if (when === 'after') await proceed();
        await kill();
        resolve();
        return 'cut';
      });
    });
    await start();
    isArmed = true;
    const submitted = await submit();
    tellAnswered();
    await killed;
    await start();
    const again = await submit();
    expect(again.id).toBe(submitted.id);
    const untilIs = async (is: (shown: Shown) => boolean): Promise<Shown> => {
      const look = async (): Promise<{ readonly done: Shown } | { readonly seen: string }> => {
        const shown = await ask(`/transactions/${again.id}`);
        return is(shown) ? { done: shown } : { seen: JSON.stringify(shown) };
      };
      return until('the payment', look, { everyMs: 30, withinMs: 20_000 });
    };
    expect(await untilIs(({ block }) => block !== undefined)).toMatchObject({ nonce: 0 });
    await chain.rpc('hardhat_mine', '0x3');
    await untilIs(({ state }) => state === 'confirmed');
    expect(await chain.client.getBalance({ address: somebody })).toBe(77n);
  },
  60_000,
);
