import { request as plainRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';

/** How to reach an edge on this machine. */
export interface Reach {
  readonly port: number;
  /** The authority to trust; without it the edge is asked over plain HTTP. */
  readonly authority?: string;
}

/** One request, written down as it goes out. */
export interface Exchange {
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  /** A list is sent as so many headers of one name. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  /** The loopback address to come from, such as `127.0.0.7`. */
  readonly from?: string;
}

/** What came back. `body` is read whole; a connection that was cut has status 0, which grants nothing. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Whole `Set-Cookie` lines. */
  readonly cookies: readonly string[];
  readonly body: string;
  readonly tookMs: number;
}

export type Wire = (exchange: Exchange) => Promise<Answer>;

const longestMs = 30_000;

/** Sends requests to an edge under any host name. */
export function createWire({ port, authority }: Reach): Wire {
  return async ({ host, path = '/', method = 'GET', headers = {}, body, from }) => {
    const start = performance.now();
    const name = authority === undefined || port === 443 ? host : `${host}:${port}`;
    const length = body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = Object.entries({ accept: 'text/html', ...length, ...headers, host: headers['host'] ?? name });
    const options: RequestOptions = {
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      signal: AbortSignal.timeout(longestMs),
      headers: sent.flatMap(([key, value]) => [value].flat().flatMap((one) => [key, one])),
      ...(from === undefined ? {} : { localAddress: from }),
    };
    const open = authority === undefined ? plainRequest : secureRequest;
    const message = await new Promise<IncomingMessage | undefined>((resolve, reject) => {
      const request = open({ ...options, ...(authority === undefined ? {} : { ca: authority, servername: host }) }, resolve);
      request.on('error', (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ECONNRESET' || cause.code === 'EPIPE') resolve(undefined);
        else reject(cause);
      });
      request.end(body);
    });
    const tookMs = performance.now() - start;
    if (!message) return { status: 0, headers: {}, cookies: [], body: '', tookMs };
    const cookies = message.headers['set-cookie'] ?? [];
    return { status: message.statusCode ?? 0, headers: message.headers, cookies, body: await textOf(message), tookMs };
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of message as AsyncIterable<Buffer>) pieces.push(piece);
  } catch {
    // A server that refuses a body half-way may cut the connection after its answer.
  }
  return Buffer.concat(pieces).toString('utf8');
}
