// @ts-check
import { execFileSync, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/**
 * Runs a program in a network namespace that has no interface but the loopback one, where each of the ports leads to the socket of the same
 * name: `within-own-network.js <folder of sockets> <port,port> <program> [arguments]`. See own-network.ts.
 */
const [folder = '', ports = '', program = '', ...args] = process.argv.slice(2);

execFileSync('ip', ['link', 'set', 'lo', 'up']);
await Promise.all(ports.split(',').map(async (port) => await listen(port)));
// The last two are how playwright speaks to the browser (--remote-debugging-pipe).
const child = spawn(program, args, { stdio: [0, 1, 2, 3, 4] });
child.once('exit', (code) => process.exit(code ?? 1));

/** @param {string} port */
async function listen(port) {
  const server = createServer((incoming) => {
    const outgoing = connect(join(folder, port));
    incoming.on('error', () => outgoing.destroy()).pipe(outgoing);
    outgoing.on('error', () => incoming.destroy()).pipe(incoming);
  });
  await new Promise((resolve) => server.listen(Number(port), '127.0.0.1', () => resolve(undefined)));
}
