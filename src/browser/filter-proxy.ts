import { type IncomingMessage, type ServerResponse, createServer, request as requestHttp } from 'node:http';
import { type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { parseUrl } from '../kit/parse-url.ts';
import { checkPage } from './check-page.ts';
import { type Destination, type Place, type TargetRules, findDestination, placeName } from './targets.ts';

/** The only way out of one page's context. Closing it ends every connection that the page has. */
export interface FilterProxy {
  readonly port: number;
  /** `host:port` of each place that was refused, at most 50. */
  readonly refused: ReadonlySet<string>;
  close(): void;
}

const mostRefused = 50;
const mostConnections = 200;
/** Of all that one context receives. */
const mostBytes = 256 * 1024 ** 2;
const connectMs = 10_000;
/** Of one connection, or of one request; they say nothing to the other side. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

interface Context {
  readonly rules: TargetRules;
  readonly refused: Set<string>;
  /** Ends it when the context ends. */
  readonly track: (socket: Socket) => void;
  /** Counts what came in, and ends a connection that brings too much. */
  readonly count: (socket: Socket) => void;
  readonly isClosed: () => boolean;
  readonly onRefused: () => void;
}

/** Opens a proxy on loopback, at a port that the system chooses. */
export async function openFilterProxy(rules: TargetRules, onRefused: () => void): Promise<FilterProxy> {
  const sockets = new Set<Socket>();
  let received = 0;
  let isClosed = false;
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const context: Context = {
    rules,
    refused: new Set(),
    track,
    count: (socket) => {
      socket.on('data', (bytes: Buffer) => {
        received += bytes.length;
        if (received > mostBytes) socket.destroy();
      });
    },
    isClosed: () => isClosed,
    onRefused,
  };
  const server = createServer((request, response) => void forward(context, request, response));
  server.on('connect', (request, socket, head) => void tunnel(context, request, socket, head));
  server.on('upgrade', (_, socket) => socket.destroy());
  server.on('connection', (socket) => (sockets.size >= mostConnections ? socket.destroy() : track(socket)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    refused: context.refused,
    close: () => {
      isClosed = true;
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Anything with TLS, and web sockets. */
async function tunnel(context: Context, request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
  client.on('error', () => client.destroy());
  const url = parseUrl(`tunnel://${request.url ?? ''}`);
  const place = url && { host: url.hostname, port: Number(url.port) };
  const destination = await decide(context, place, true);
  const socket = destination.kind === 'connect' ? await connectToOne(context, destination, client) : undefined;
  if (!socket || client.destroyed) {
    socket?.destroy();
    client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    return;
  }
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  if (head.length > 0) socket.write(head);
  client.once('close', () => socket.destroy());
  socket.once('close', () => client.destroy());
  socket.pipe(client).pipe(socket);
}

/** Plain HTTP. A refused place answers nothing at all, so that a page cannot read what it was told. */
async function forward(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = parseUrl(request.url ?? '');
  const isPlain = url?.protocol === 'http:';
  const destination = await decide(context, isPlain ? { host: url.hostname, port: Number(url.port || 80) } : undefined, false);
  if (url && destination.kind === 'check-page')
    return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(checkPage);
  if (url && destination.kind === 'over-tls') {
    return void response.writeHead(308, { location: `https://${url.hostname}:${destination.port}${url.pathname}${url.search}` }).end();
  }
  const socket = destination.kind === 'connect' ? await connectToOne(context, destination, response) : undefined;
  if (!url || !socket || response.destroyed) {
    socket?.destroy();
    response.destroy();
    return;
  }
  const options = {
    method: request.method,
    path: `${url.pathname}${url.search}`,
    // The host of the address counts, whatever the header says: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
    headers: ['Host', url.host, ...withoutHops(request, 'host')],
    createConnection: () => socket,
  };
  const asked = requestHttp(options, (answer) => {
    const { statusCode = 0 } = answer;
    // Node reads a status such as 099, and throws where one is to be written.
    if (statusCode < 200) return void asked.destroy(new Error('no status'));
    response.writeHead(statusCode, withoutHops(answer));
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  asked.on('error', () => response.destroy());
  asked.on('upgrade', (_, upgraded) => {
    upgraded.destroy();
    response.destroy();
  });
  response.once('close', () => asked.destroy());
  request.pipe(asked);
}

async function decide(context: Context, place: Place | undefined, isTunnel: boolean): Promise<Destination> {
  if (!place) return { kind: 'refused' };
  const destination = await findDestination(context.rules, place, isTunnel);
  if (destination.kind === 'refused') {
    if (context.refused.size < mostRefused) context.refused.add(placeName(place));
    context.onRefused();
  }
  return destination;
}

/** Stops as soon as nobody waits for the connection any more. */
async function connectToOne(
  context: Context,
  { addresses, port }: Destination & { kind: 'connect' },
  asker: Duplex | ServerResponse,
): Promise<Socket | undefined> {
  for (const host of addresses.slice(0, 4)) {
    if (context.isClosed() || asker.destroyed) return undefined;
    const socket = connect({ host, port, timeout: connectMs });
    context.track(socket);
    const leave = (): void => void socket.destroy();
    asker.once('close', leave);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      for (const failure of ['error', 'timeout', 'close'] as const) socket.once(failure, () => resolve(false));
    });
    asker.off('close', leave);
    if (isOpen) {
      socket.setTimeout(0);
      context.count(socket);
      return socket;
    }
    socket.destroy();
  }
  return undefined;
}

function withoutHops({ rawHeaders, headers }: IncomingMessage, other = ''): string[] {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = [rawHeaders[i], rawHeaders[i + 1]];
    const lower = name.toLowerCase();
    if (lower !== other && !hopHeaders.has(lower) && !named.has(lower)) kept.push(name, value);
  }
  return kept;
}
