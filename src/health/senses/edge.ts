import { request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import type { X509Certificate } from 'node:crypto';

export interface EdgeRequest {
  /** Name asked for, in SNI and in the Host header. */
  readonly host: string;
  /** Name in the Host header where it is another. */
  readonly hostHeader?: string;
  /** Name in SNI where it is another; empty for none. */
  readonly sni?: string;
  /** Takes whatever certificate is shown: for who asks what an attacker would see. */
  readonly anyCertificate?: true;
  readonly path?: string;
  readonly method?: 'GET' | 'POST';
  /** One line for each value of a list. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface EdgeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `name=value` of each cookie that was set. */
  readonly cookies: readonly string[];
  /** At most 256 KiB. */
  readonly body: string;
}

/** A certificate as it was shown in a handshake. */
export interface ShownCertificate {
  readonly subject: string;
  readonly names: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

export interface Handshake {
  /** The leaf first. */
  readonly chain: readonly ShownCertificate[];
  /** OpenSSL's or Node's code where the chain or the name is wrong, such as ERR_TLS_CERT_ALTNAME_INVALID. */
  readonly problem: string | undefined;
}

/** Asks the edge as a browser on this machine does, for any name, trusting the cluster's own authority and no other. */
export interface EdgeClient {
  /** Over HTTPS; a chain or a name that is wrong is thrown, as is a connection that fails. */
  ask(request: EdgeRequest, signal: AbortSignal): Promise<EdgeAnswer>;
  /** Over plain HTTP. */
  askPlain(request: EdgeRequest, signal: AbortSignal): Promise<EdgeAnswer>;
  /** What is shown to who asks for this name, right or wrong; throws where no handshake comes about. */
  handshake(host: string, signal: AbortSignal): Promise<Handshake>;
}

export interface EdgePlace {
  readonly bind: string;
  readonly http: number;
  readonly https: number;
}

const mostBytes = 256 * 1024;

/** `authority` gives the PEM to trust, or undefined for the system's own trust, as with ACME. */
export function createEdgeClient({ bind, http, https }: EdgePlace, authority: () => Promise<string | undefined>): EdgeClient {
  const address = bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '::1' : bind;

  async function trusted(): Promise<{ readonly ca?: string }> {
    const ca = await authority();
    return ca === undefined ? {} : { ca };
  }

  return {
    ask: async (request, signal) => {
      const { host, sni = host, anyCertificate } = request;
      const trust = anyCertificate ? { rejectUnauthorized: false } : await trusted();
      const options = { ...trust, ...optionsOf(request, address, https, 443), servername: sni, agent: false };
      return send((answer) => httpsRequest({ ...options, signal }, answer), request.body);
    },
    askPlain: async (request, signal) =>
      send((answer) => httpRequest({ ...optionsOf(request, address, http, 80), agent: false, signal }, answer), request.body),
    handshake: async (host, signal) => shakeHands({ ...(await trusted()), host: address, port: https, servername: host }, signal),
  };
}

function optionsOf(
  { host, hostHeader, path, method, headers, body }: EdgeRequest,
  address: string,
  port: number,
  usual: number,
): RequestOptions {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const name = hostHeader ?? host;
  return {
    host: address,
    port,
    path: path ?? '/',
    method: method ?? 'GET',
    headers: { accept: 'text/html', ...linesOf(headers), ...length, host: port === usual ? name : `${name}:${port}` },
  };
}

function linesOf(headers: EdgeRequest['headers'] = {}): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]));
}

async function send(
  open: (answer: (message: IncomingMessage) => void) => ReturnType<typeof httpRequest>,
  body: string | undefined,
): Promise<EdgeAnswer> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = open(resolve);
    request.on('error', reject);
    request.end(body);
  });
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size > mostBytes) break;
  }
  message.destroy();
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const cookies = (message.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '');
  return { status: message.statusCode ?? 0, headers, cookies, body: Buffer.concat(pieces).subarray(0, mostBytes).toString('utf8') };
}

interface Reach {
  readonly ca?: string;
  readonly host: string;
  readonly port: number;
  readonly servername: string;
}

async function shakeHands(reach: Reach, signal: AbortSignal): Promise<Handshake> {
  const socket = connect({ ...reach, rejectUnauthorized: false });
  const leave = (): void => void socket.destroy(new Error('the handshake took too long'));
  signal.addEventListener('abort', leave);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
      if (signal.aborted) leave();
    });
    // Node types it as an Error and gives the code as a string.
    const problem = socket.authorized ? undefined : String(socket.authorizationError);
    return { chain: chainOf(socket.getPeerX509Certificate()), problem };
  } finally {
    signal.removeEventListener('abort', leave);
    socket.destroy();
  }
}

function chainOf(leaf: X509Certificate | undefined): readonly ShownCertificate[] {
  const chain: ShownCertificate[] = [];
  for (
    let one = leaf;
    one && chain.length < 10;
    one = one.issuerCertificate?.fingerprint256 === one.fingerprint256 ? undefined : one.issuerCertificate
  ) {
    chain.push({
      subject: one.subject,
      names: one.subjectAltName ?? '',
      validFrom: new Date(one.validFrom),
      validTo: new Date(one.validTo),
    });
  }
  return chain;
}
