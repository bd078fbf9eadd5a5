import { createServer, type Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Registry } from 'prom-client';

/** Where a server listens: no host means every interface. */
export interface ListenAddress {
  readonly host?: string | undefined;
  readonly port: number;
}

interface Limits {
  /** For a request to arrive whole, its body too; 15 s unless told, 0 for no limit. An answer may take as long as it likes. */
  readonly requestTimeoutMs?: number;
}

/** Listens for what a Hono app answers. */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: ListenAddress,
  { requestTimeoutMs = 15_000 }: Limits = {},
): Server {
  const serverOptions = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(10_000, requestTimeoutMs || 10_000),
    // Node looks every 30 s unless told, and whoever is late stays until it does.
    connectionsCheckingInterval: 1000,
    // Longer than the two minutes that the edge keeps a connection, so it never writes into one that closes.
    keepAliveTimeout: 130_000,
    maxHeaderSize: 32 * 1024,
  };
  return serve({ fetch, port, ...(host === undefined ? {} : { hostname: host }), serverOptions }) as Server;
}

/** Listens with the registry at /metrics, and nothing else. */
export function listenForMetrics(registry: Registry, { host, port }: ListenAddress): Server {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return server.listen(port, host);
}

/**
 * Serves until the signal is aborted; then takes no new request, lets open ones go on for `stopWithinMs`, and ends the rest. Fails
 * when one of the servers cannot listen.
 */
export async function serveUntil(servers: readonly Server[], signal: AbortSignal, stopWithinMs = 5000): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      for (const server of servers) server.once('error', reject);
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await Promise.all(servers.map(async (server) => stop(server, stopWithinMs)));
  }
}

async function stop(server: Server, withinMs: number): Promise<void> {
  const force = setTimeout(() => server.closeAllConnections(), withinMs);
  // A connection whose last answer has just gone out would be kept for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  clearInterval(sweep);
  clearTimeout(force);
}
