import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

/** What a load of one kind of request came to. Times in milliseconds. */
export interface LoadResult {
  readonly requests: number;
  /** Answers that were not the wanted status, and connections that broke. */
  readonly failures: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** What to ask, from how many connections at once, and for how long. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly connections: number;
  readonly seconds: number;
  /** Over TLS, under this name and signed by this authority (PEM); plain HTTP where absent. */
  readonly tls?: { readonly servername: string; readonly authority: string };
}

/** Tenths of a millisecond; the last place holds all that took longer. */
const places = 20_000;

/** A closed loop: every connection asks again as soon as it was answered. */
async function drive({ port, path, headers, status, connections, seconds, tls }: Load): Promise<LoadResult> {
  const pool = { keepAlive: true, maxSockets: connections };
  const agent = tls ? new TlsAgent({ ...pool, servername: tls.servername, ca: tls.authority }) : new Agent(pool);
  const open = tls ? tlsRequest : request;
  const counts = new Uint32Array(places + 1);
  const began = performance.now();
  const end = began + seconds * 1000;
  let requests = 0;
  let failures = 0;
  let most = 0;

  async function ask(): Promise<boolean> {
    return await new Promise((resolve) => {
      const question = open({ host: '127.0.0.1', port, path, headers, agent }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode === status));
      });
      question.on('error', () => resolve(false));
      question.end();
    });
  }

  async function loop(): Promise<void> {
    while (performance.now() < end) {
      const start = performance.now();
      const isRight = await ask();
      const tookMs = performance.now() - start;
      const place = Math.min(places, Math.floor(tookMs * 10));
      counts[place] = (counts[place] ?? 0) + 1;
      most = Math.max(most, tookMs);
      requests++;
      if (!isRight) failures++;
    }
  }

  await Promise.all(Array.from({ length: connections }, loop));
  const elapsed = (performance.now() - began) / 1000;
  agent.destroy();
  return {
    requests,
    failures,
    perSecond: requests / elapsed,
    p50: quantile(counts, requests, 0.5),
    p99: quantile(counts, requests, 0.99),
    most,
  };
}

function quantile(counts: Uint32Array, total: number, share: number): number {
  let seen = 0;
  const place = counts.findIndex((count) => (seen += count) >= total * share);
  return (place + 1) / 10;
}

process.on('message', (load: Load) => {
  drive(load).then(
    (result) => process.send?.(result),
    (cause: unknown) => {
      throw cause;
    },
  );
});
