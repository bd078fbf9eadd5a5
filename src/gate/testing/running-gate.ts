import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type RequestOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createApp } from '../app.ts';
import type { Gate } from '../gate.ts';

/** A gate that listens on loopback, with an edge in front of it. */
export interface RunningGate {
  /** The edge, over plain HTTP: it takes any host name of the cluster and says `https` to gate, as if TLS had ended there. */
  readonly edgePort: number;
  /** Gate itself, as its peers in the cluster's networks reach it. */
  readonly gatePort: number;
  readonly close: () => Promise<void>;
}

/** What the app behind the edge of a {@link RunningGate} answers: the headers that arrived at it. */
interface EchoedRequest {
  readonly app: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Starts gate and an edge that treats requests as the rendered Caddyfile does; every host but the portal's is an app that echoes, and
 * those of `basicHosts` take a password with each request.
 */
export async function startGate(gate: Gate, basicHosts: readonly string[] = []): Promise<RunningGate> {
  const app = createApp(gate);
  const inner = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise<void>((resolve) => void inner.once('listening', resolve));
  const gatePort = portOf(inner.address());
  const portals = gate.config.cookies.map(({ portalHost }) => portalHost);
  const edge = createServer({ maxHeaderSize: 64 * 1024 }, (incoming, outgoing) => {
    const away = (): void => void (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end());
    passOn(incoming, outgoing, { gatePort, portals, basicHosts }).catch(away);
  });
  await new Promise<void>((resolve) => edge.listen(0, '127.0.0.1', resolve));
  return {
    edgePort: portOf(edge.address()),
    gatePort,
    async close() {
      for (const server of [edge, inner]) {
        if ('closeAllConnections' in server) server.closeAllConnections();
        await new Promise<void>((resolve) => void server.close(() => resolve()));
      }
    },
  };
}

interface Places {
  readonly gatePort: number;
  readonly portals: readonly string[];
  readonly basicHosts: readonly string[];
}

async function passOn(incoming: IncomingMessage, outgoing: ServerResponse, { gatePort, portals, basicHosts }: Places): Promise<void> {
  const host = (incoming.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const own = headersOf(incoming);
  if (portals.includes(host)) {
    relay(await ask({ port: gatePort, path: incoming.url, method: incoming.method, headers: own }, incoming), outgoing);
    return;
  }
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...bodiless } = own;
  const question = { 'x-forwarded-method': incoming.method, 'x-forwarded-uri': incoming.url };
  const isBasic = basicHosts.includes(host);
  const path = `/api/authz/forward-auth${isBasic ? '-basic' : ''}`;
  const verdict = await ask({ port: gatePort, path, method: 'GET', headers: { ...bodiless, ...question } });
  if (verdict.statusCode === undefined || verdict.statusCode >= 300) {
    relay(verdict, outgoing);
    return;
  }
  verdict.resume();
  const said = Object.fromEntries(Object.entries(verdict.headers).filter(([name]) => name.startsWith('remote-')));
  const { authorization, ...passed } = own;
  const echo: EchoedRequest = { app: host, headers: { ...passed, ...(isBasic ? {} : { authorization }), ...said } };
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(echo));
}

/** A visitor's own words about where he comes from and who he is do not pass. */
function headersOf({ headers, socket }: IncomingMessage): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !/^(?:connection$|remote[-_]|x-forwarded-)/.test(name));
  const forwarded = { 'x-forwarded-for': socket.remoteAddress, 'x-forwarded-proto': 'https', 'x-forwarded-host': headers.host };
  return { ...Object.fromEntries(kept), ...forwarded };
}

async function ask(options: RequestOptions, body?: IncomingMessage): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const question = request({ host: '127.0.0.1', agent: false, ...options }, resolve);
    question.on('error', reject);
    if (body) body.pipe(question);
    else question.end();
  });
}

function relay(answer: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(outgoing);
}

/** `listen` on a TCP port gives an AddressInfo. */
function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}
