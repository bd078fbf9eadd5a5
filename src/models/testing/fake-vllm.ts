import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../kit/testing/free-port.ts';

/** How the server behaves; a test changes it at any time. */
interface Behaviour {
  sleeping: boolean;
  /** Without VLLM_SERVER_DEV_MODE the paths of sleep mode are not there. */
  canSleep: boolean;
  wakeMs: number;
  /** Waking up ends not before this. */
  wakeAfter: Promise<unknown>;
  /** What waking up fails with. */
  wakeFails: string | undefined;
  words: number;
  wordMs: number;
  /** Cuts the connection after so many words. */
  breaksAfter: number;
  /** Answers with this in place of words. */
  status: number;
  padding: number;
  /** Calls what it sends no stream, whatever was asked for. */
  noStream: boolean;
}

export interface FakeVllm {
  readonly url: string;
  readonly is: Behaviour;
  /** Method and address of each request, in order, without looks. */
  readonly asked: string[];
  readonly requests: { readonly headers: IncomingMessage['headers']; readonly body: string }[];
  /** Answers that are under way, and those whose client went before the end. */
  open: number;
  left: number;
  mostOpen: number;
  /** Words of all streams that were given to the network. */
  written: number;
  /** Ends it with all its connections; comes back by `listen` at the same port. */
  stop(): Promise<void>;
  listen(): Promise<void>;
}

/** A server with the interface of vLLM and its sleep mode: real HTTP, real streams, and a model of which only the words are made up. */
export async function startFakeVllm(is: Partial<Behaviour> = {}): Promise<FakeVllm> {
  const behaviour: Behaviour = {
    sleeping: false,
    canSleep: true,
    wakeMs: 0,
    wakeAfter: Promise.resolve(),
    wakeFails: undefined,
    words: 3,
    wordMs: 1,
    breaksAfter: Infinity,
    status: 200,
    padding: 0,
    noStream: false,
    ...is,
  };
  let server: Server;
  const port = await freePort();
  const fake: FakeVllm = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    is: behaviour,
    asked: [],
    requests: [],
    open: 0,
    left: 0,
    mostOpen: 0,
    written: 0,
    async listen() {
      server = createServer((request, response) => void answer(fake, request, response)).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await fake.listen();
  return fake;
}

async function answer(fake: FakeVllm, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { is } = fake;
  const path = request.url ?? '';
  const json = (value: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  if (path === '/health') return json({});
  if (path === '/is_sleeping') return is.canSleep ? json({ is_sleeping: is.sleeping }) : json({ detail: 'Not Found' }, 404);
  fake.asked.push(`${request.method ?? ''} ${path}`);
  if (path.startsWith('/v1/')) return await talk(fake, request, response);
  if (!is.canSleep) return json({ detail: 'Not Found' }, 404);
  if (path.startsWith('/sleep')) {
    is.sleeping = true;
    return json(null);
  }
  if (path.startsWith('/wake_up') || path === '/collective_rpc') {
    await Promise.all([sleep(is.wakeMs), is.wakeAfter]);
    if (is.wakeFails !== undefined) return json({ error: is.wakeFails }, 500);
    if (!path.includes('tags=weights') && path !== '/collective_rpc') is.sleeping = false;
    return json(null);
  }
  json({ detail: 'Not Found' }, 404);
}

async function talk(fake: FakeVllm, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { is } = fake;
  fake.open += 1;
  fake.mostOpen = Math.max(fake.mostOpen, fake.open);
  const closed = new AbortController();
  response.once('close', () => {
    closed.abort();
    fake.open -= 1;
    if (!response.writableFinished) fake.left += 1;
  });
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  fake.requests.push({ headers: request.headers, body });
  const asked = JSON.parse(body) as { readonly model: string; readonly stream?: boolean };
  if (is.status !== 200 || is.sleeping) {
    response.writeHead(is.sleeping ? 503 : is.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: is.sleeping ? 'asleep' : 'bad prompt', type: 'x', param: null, code: is.status } }));
    return;
  }
  const isStream = asked.stream === true && !is.noStream;
  response.writeHead(200, {
    'content-type': isStream ? 'text/event-stream; charset=utf-8' : 'application/json',
    'set-cookie': 'a=b',
    'x-upstream': 'yes',
  });
  for (let word = 0; word < is.words && !response.destroyed; word += 1) {
    if (word >= is.breaksAfter) return void response.destroy();
    if (isStream) {
      const more = response.write(`data: {"model":"${asked.model}","word":${word},"padding":"${'x'.repeat(is.padding)}"}\n\n`);
      fake.written += 1;
      if (!more) await drained(response);
    } else response.write(' ');
    if (is.wordMs > 0) await sleep(is.wordMs, undefined, { signal: closed.signal }).catch(() => undefined);
  }
  response.end(isStream ? 'data: [DONE]\n\n' : JSON.stringify({ model: asked.model, choices: [] }));
}

/** Comes back when more can be written, or nobody reads any more. */
async function drained(response: ServerResponse): Promise<void> {
  const settled = new AbortController();
  await Promise.race([once(response, 'drain', { signal: settled.signal }), once(response, 'close', { signal: settled.signal })]);
  settled.abort();
}
