/**
 * A small model server for `node --input-type=module --eval`: it speaks as llama-server does, at the port that it is told, and starts a
 * child of its own, whose number it tells. What it does besides is chosen by its arguments.
 */
const modelProgram = `
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
const [port, ...ways] = process.argv.slice(1);
if (ways.includes('broken')) { console.error('loading weights'); console.error('error: no such file: model.gguf'); process.exit(3); }
if (ways.includes('deaf')) process.on('SIGTERM', () => {});
const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
const readyAt = Date.now() + (ways.includes('slow') ? 400 : 0);
createServer((request, response) => {
  if (request.url === '/health') return response.writeHead(Date.now() < readyAt ? 503 : 200).end('{}');
  if (request.url === '/v1/completions' && ways.includes('dies')) process.exit(9);
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ pid: process.pid, child: child.pid, port: Number(port), env: process.env.PORT })));
}).listen(Number(port), '127.0.0.1');
`;

/** How a model is described that this program serves. */
export function programModel(...ways: readonly string[]): {
  readonly kind: 'process';
  readonly argv: readonly string[];
  readonly stopSeconds: number;
} {
  return {
    kind: 'process',
    argv: [process.execPath, '--input-type=module', '--eval', modelProgram, '--', '{port}', ...ways],
    stopSeconds: 0.5,
  };
}
