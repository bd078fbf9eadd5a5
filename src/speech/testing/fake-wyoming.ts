import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server of the Wyoming protocol made of bytes alone, so that it shares no mistake with what it tests. */
export interface FakeWyoming {
  readonly host: string;
  readonly port: number;
  readonly heard: () => Buffer;
  readonly close: () => void;
}

/** `answer` gets all that arrived on a connection so far, each time that more does. */
export async function fakeWyoming(answer: (heard: Buffer, socket: Socket) => void): Promise<FakeWyoming> {
  const sockets = new Set<Socket>();
  let last = Buffer.alloc(0);
  const server = createServer((socket) => {
    sockets.add(socket);
    let heard = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      last = heard;
      answer(heard, socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    heard: () => last,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** An event as the Python library of the protocol writes it: spaces in its JSON, the data behind the line. */
export function event(type: string, data: string, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const lengths = `"data_length": ${Buffer.byteLength(data)}${payload.length > 0 ? `, "payload_length": ${payload.length}` : ''}`;
  return Buffer.concat([Buffer.from(`{"type": "${type}", "version": "1.8.0", ${lengths}}\n${data}`), payload]);
}
