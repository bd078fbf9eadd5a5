import { execFile, execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asker } from '../service/index.ts';
import { askPath, askPort, statusIn } from './ask.ts';

const server = createServer((request, response) => {
  response.statusCode = request.url === '/well' ? 200 : 503;
  response.end(`you asked for ${request.url ?? ''}\nand ${request.headers.host ?? ''}`);
});
let port = 0;
const closedPort = 1;

beforeAll(async () => {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

interface Ended {
  readonly status: number;
  readonly said: string;
}

async function run([program, ...args]: readonly [string, ...string[]]): Promise<Ended> {
  return new Promise((done) => {
    execFile(program, args, (cause, stdout, stderr) =>
      done({ status: typeof cause?.code === 'number' ? cause.code : cause ? 1 : 0, said: stdout + stderr }),
    );
  });
}

function isHere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}

const askers: readonly Asker[] = ['wget', 'curl', 'node', 'python3', 'perl', 'bash'];

describe.each(askers.filter(isHere))('%s', (via) => {
  test('finds a path that answers well, and shows nothing of it but the status', async () => {
    const { status, said } = await run(askPath({ via, port, path: '/well' }));
    expect(status).toBe(0);
    expect(said).not.toContain('you asked');
  });

  test('finds a path that answers with an error, and one that does not answer', async () => {
    expect((await run(askPath({ via, port, path: '/ill' }))).status).not.toBe(0);
    expect((await run(askPath({ via, port: closedPort, path: '/well' }))).status).not.toBe(0);
  });

  test('shows what was answered where that is asked for, with the status at its end', async () => {
    const well = await run(askPath({ via, port, path: '/well', shows: true }));
    expect(well.said).toContain(`you asked for /well\nand 127.0.0.1:${port}`);
    expect(statusIn(well.said)).toBe(200);
    expect(statusIn((await run(askPath({ via, port, path: '/ill', shows: true }))).said)).toBe(503);
    expect(statusIn((await run(askPath({ via, port: closedPort, path: '/well', shows: true }))).said)).toBeUndefined();
  });
});

describe.each((['wget', 'node', 'python3', 'perl', 'bash'] as const).filter((via) => isHere(via === 'wget' ? 'nc' : via)))('%s', (via) => {
  test('tells an open port from a closed one', async () => {
    expect((await run(askPort(via, port))).status).toBe(0);
    expect((await run(askPort(via, closedPort))).status).not.toBe(0);
  });
});
