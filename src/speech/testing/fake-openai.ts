import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server that answers as a test says, and keeps what it was asked. */
export interface FakeOpenai {
  readonly url: string;
  readonly asked: Asked[];
  /** Resolves once a client has left before its answer. */
  readonly left: Promise<void>;
  readonly close: () => void;
}

/** `/v1/models` answers in any case, so it counts as there. */
export async function fakeOpenai(answer: (asked: Asked, response: ServerResponse) => void): Promise<FakeOpenai> {
  const asked: Asked[] = [];
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.once('close', () => {
      if (!response.writableFinished) leave();
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      if (request.url === '/v1/models') return void response.end('{"object":"list","data":[]}');
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      asked.push(one);
      answer(one, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    left,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export function sendJson(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
