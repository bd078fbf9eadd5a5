import type { EdgeClient } from './edge.ts';

/** The same edge, asked at most `most` things at a time; what comes on top waits its turn. */
export function boundedEdge(edge: EdgeClient, most: number): EdgeClient {
  const waiting: (() => void)[] = [];
  let free = most;

  async function inTurn<T>(look: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      signal.throwIfAborted();
      return await look();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  }

  return {
    ask: (request, signal) => inTurn(async () => edge.ask(request, signal), signal),
    askPlain: (request, signal) => inTurn(async () => edge.askPlain(request, signal), signal),
    handshake: (host, signal) => inTurn(async () => edge.handshake(host, signal), signal),
  };
}
