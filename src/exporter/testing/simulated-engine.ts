import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../kit/testing/free-port.ts';
import type { SimulatedContainer } from './simulated-container.ts';

/** What becomes of a question: answered after a while, never, begun and no more, with another status or other words, or half and then cut off. */
export type Behaviour =
  | { readonly kind: 'answers'; readonly afterMs?: number }
  | { readonly kind: 'hangs' }
  | { readonly kind: 'begins' }
  | { readonly kind: 'refuses'; readonly status: number; readonly location?: string }
  | { readonly kind: 'says'; readonly body: string }
  | { readonly kind: 'cut' };

/** An engine that is asked over a real socket. Change what it has and how it behaves while it runs. */
export interface SimulatedEngine {
  readonly address: URL;
  containers: readonly SimulatedContainer[];
  /** By the path that is asked, or `list`, `inspect` and `events` for every path of that kind. */
  readonly behaviours: Map<string, Behaviour>;
  /** Paths with what was asked, in order. */
  readonly asked: string[];
  /** Most questions that were open at the same time, streams of events left out. */
  mostAtOnce(): number;
  /** To everybody who follows events, and to those who ask for the past later. */
  tellKill(id: string, at: number): void;
  openStreams(): number;
  cutStreams(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startEngine(containers: readonly SimulatedContainer[] = []): Promise<SimulatedEngine> {
  const streams = new Set<ServerResponse>();
  const kills: { readonly at: number; readonly line: string }[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  const engine: SimulatedEngine = {
    address: new URL(await listenAt(await freePort())),
    containers,
    behaviours: new Map(),
    asked: [],
    mostAtOnce: () => most,
    openStreams: () => streams.size,
    tellKill(id, at) {
      const line = `${JSON.stringify({ Type: 'container', Action: 'oom', Actor: { ID: id, Attributes: {} }, timeNano: at * 1e9 })}\n`;
      kills.push({ at, line });
      for (const stream of streams) stream.write(line);
    },
    cutStreams() {
      for (const stream of streams) stream.destroy();
    },
    async start() {
      await listenAt(Number(engine.address.port));
    },
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  return engine;

  async function listenAt(port: number): Promise<string> {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${port}`;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', engine.address);
    engine.asked.push(request.url ?? '');
    if (url.pathname === '/events') return follow(url, response);
    open += 1;
    most = Math.max(most, open);
    response.once('close', () => (open -= 1));
    const id = /^\/containers\/(?<id>\w+)\/json$/.exec(url.pathname)?.groups?.['id'];
    const found = id === undefined ? engine.containers.map(listed) : engine.containers.find(({ Id }) => Id === id);
    const body = JSON.stringify(found ?? { message: 'No such container' });
    await behave(behaviourOf(url.pathname, id === undefined ? 'list' : 'inspect'), response, { status: found ? 200 : 404, body });
  }

  function behaviourOf(path: string, kind: string): Behaviour {
    return engine.behaviours.get(path) ?? engine.behaviours.get(kind) ?? { kind: 'answers' };
  }

  function follow(url: URL, response: ServerResponse): void {
    const behaviour = behaviourOf(url.pathname, 'events');
    if (behaviour.kind !== 'answers') return void behave(behaviour, response, { status: 200, body: '{}' });
    const [since, until] = [url.searchParams.get('since'), url.searchParams.get('until')];
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    for (const { at, line } of kills) if (at >= Number(since)) response.write(line);
    streams.add(response);
    const ending = setTimeout(() => response.end(), Math.max(0, Number(until) * 1000 - Date.now()));
    response.once('close', () => {
      clearTimeout(ending);
      streams.delete(response);
    });
  }
}

async function behave(behaviour: Behaviour, response: ServerResponse, { status, body }: { status: number; body: string }): Promise<void> {
  switch (behaviour.kind) {
    case 'answers':
      await delay(behaviour.afterMs ?? 0);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      return;
    case 'hangs':
      return;
    case 'begins':
      response.writeHead(200).flushHeaders();
      return;
    case 'refuses':
      response.writeHead(behaviour.status, behaviour.location === undefined ? {} : { location: behaviour.location }).end('refused');
      return;
    case 'says':
      response.writeHead(200).end(behaviour.body);
      return;
    case 'cut':
      response.writeHead(200, { 'content-length': body.length + 100 }).write(body);
      await delay(10);
      response.destroy();
  }
}

function listed({ Id, Config: { Labels } }: SimulatedContainer): object {
  return { Id, Labels, Created: 1_700_000_000 };
}
