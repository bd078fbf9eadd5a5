import type { ServerResponse } from 'node:http';

/**
 * While a model loads, tells the client of a stream now and then that somebody is there; comments in a stream of events are skipped by
 * whoever reads it (https://html.spec.whatwg.org/multipage/server-sent-events.html). The first one also sends the head, so what fails
 * sooner than that still has a status of its own. The answer ends it.
 */
export function startHeartbeat(response: ServerResponse, everyMs: number): () => void {
  const timer = setInterval(() => {
    if (response.destroyed) return;
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    if (!response.writableNeedDrain) response.write(': loading\n\n');
  }, everyMs);
  return () => clearInterval(timer);
}
