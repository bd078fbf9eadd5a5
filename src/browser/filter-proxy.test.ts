import { type IncomingMessage, type Server, createServer, request } from 'node:http';
import { type AddressInfo, type Server as NetServer, createServer as createNetServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkPage } from './check-page.ts';
import { type FilterProxy, openFilterProxy } from './filter-proxy.ts';

/** Both servers are on loopback; one is taken for the internet, because the rules say so. */
let outside: Server;
let echo: NetServer;
let proxy: FilterProxy;
let answers: Record<string, readonly string[]>;
let refusals: number;
/** How long the name server takes for `late.test`. */
let late: Promise<void>;

beforeEach(async () => {
  outside = createServer((asked, answer) => answer.setHeader('x-asked', JSON.stringify(asked.headers)).end(`${asked.method} ${asked.url}`));
  echo = createNetServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await Promise.all([outside, echo].map((server) => new Promise<void>((resolve) => void server.listen(0, '127.0.0.2', resolve))));
  answers = { 'open.test': ['127.0.0.2'], 'inner.test': ['127.0.0.1'] };
  refusals = 0;
  const cluster = { domain: 'home.test', edge: { host: '127.0.0.1', port: 8443 } };
  const resolve = async (host: string): Promise<readonly string[]> => {
    if (host === 'late.test') await late;
    return answers[host] ?? [host];
  };
  proxy = await openFilterProxy(
    { ...cluster, inner: new Set(), isRefused: (address) => address !== '127.0.0.2', resolve },
    () => (refusals += 1),
  );
});

afterEach(async () => {
  proxy.close();
  outside.closeAllConnections();
  await Promise.all([outside, echo].map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))));
});

function portOf(server: NetServer): number {
  return (server.address() as AddressInfo).port;
}

async function ask(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ readonly answer: IncomingMessage; readonly body: string }> {
  const { host } = new URL(url);
  return await new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: proxy.port, path: url, headers: { host, ...headers }, agent: false }, (answer) => {
      text(answer).then((body) => resolve({ answer, body }), reject);
    });
    asked.on('error', reject).end();
  });
}

async function tunnel(place: string): Promise<{ readonly status: number | undefined; readonly said: string }> {
  return await new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: proxy.port, method: 'CONNECT', path: place, agent: false });
    asked.on('connect', ({ statusCode: status }, socket) => {
      if (status !== 200) return resolve({ status, said: '' });
      socket.once('data', (said: Buffer) => {
        socket.destroy();
        resolve({ status, said: said.toString() });
      });
      return socket.write('hello');
    });
    asked.on('error', reject).end();
  });
}

test('passes on a plain request with its own host, and nothing about the proxy', async () => {
  const url = `http://open.test:${portOf(outside)}/path?a=b`;
  const { answer, body } = await ask(url, { 'proxy-connection': 'keep-alive', 'proxy-authorization': 'secret', 'x-own': 'kept' });
  expect([answer.statusCode, body]).toEqual([200, 'GET /path?a=b']);
  const seen = JSON.parse(String(answer.headers['x-asked'])) as object;
  expect(seen).toEqual({ host: `open.test:${portOf(outside)}`, 'x-own': 'kept', connection: 'close' });
});

test('the host of the address counts, and not the one beside it', async () => {
  const { answer } = await ask(`http://open.test:${portOf(outside)}/`, { host: 'inner.test' });
  expect(JSON.parse(String(answer.headers['x-asked']))).toMatchObject({ host: `open.test:${portOf(outside)}` });
});

test.each(['HTTP/1.1 099 x\r\n\r\n', 'HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', 'nonsense\r\n\r\n'])(
  'an answer that is none ends that request alone: %j',
  async (said) => {
    const raw = createNetServer((socket) => socket.on('error', () => undefined).once('data', () => socket.write(said)));
    await new Promise<void>((resolve) => void raw.listen(0, '127.0.0.2', resolve));
    await expect(ask(`http://open.test:${portOf(raw)}/`)).rejects.toThrow('socket hang up');
    await new Promise((resolve) => raw.close(resolve));
    expect((await ask(`http://open.test:${portOf(outside)}/`)).answer.statusCode).toBe(200);
  },
);

test('tunnels both ways', async () => {
  expect(await tunnel(`open.test:${portOf(echo)}`)).toEqual({ status: 200, said: 'hello' });
});

test('refuses what leads inside, without a word to the page, and remembers it', async () => {
  await expect(ask('http://inner.test/')).rejects.toThrow('socket hang up');
  expect((await tunnel('169.254.169.254:443')).status).toBe(502);
  expect((await tunnel('[::1]:443')).status).toBe(502);
  expect([...proxy.refused]).toEqual(['inner.test:80', '169.254.169.254:443', '[::1]:443']);
  expect(refusals).toBe(3);
});

test('asks again for each connection, so a name that leads elsewhere later is refused then', async () => {
  const place = `open.test:${portOf(echo)}`;
  expect((await tunnel(place)).status).toBe(200);
  answers['open.test'] = ['127.0.0.1'];
  expect((await tunnel(place)).status).toBe(502);
});

test('sends plain requests to hosts of the cluster to where its edge speaks TLS', async () => {
  const { answer } = await ask('http://wiki.home.test/a?b=c');
  expect([answer.statusCode, answer.headers.location]).toEqual([308, 'https://wiki.home.test:8443/a?b=c']);
});

test('answers with its own page at the name that is kept for it', async () => {
  const { answer, body } = await ask('http://check.invalid/');
  expect([answer.statusCode, body]).toEqual([200, checkPage]);
});

test.each(['ftp://open.test/', 'file:///etc/passwd', '/etc/passwd'])('has nothing for %s', async (path) => {
  const asked = request({ host: '127.0.0.1', port: proxy.port, path, agent: false });
  const failed = new Promise((resolve, reject) => {
    asked.on('error', resolve).on('response', () => reject(new Error('it answered')));
  });
  asked.end();
  expect(String(await failed)).toContain('socket hang up');
});

test('nothing is connected to for a page that is closed by then', async () => {
  let connections = 0;
  let answer = (): void => undefined;
  late = new Promise((resolve) => (answer = resolve));
  answers['late.test'] = ['127.0.0.2'];
  echo.on('connection', () => (connections += 1));
  const left = tunnel(`late.test:${portOf(echo)}`);
  // It has arrived once another one that came later is answered.
  expect((await tunnel(`open.test:${portOf(echo)}`)).status).toBe(200);
  proxy.close();
  await expect(left).rejects.toThrow('socket hang up');
  answer();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(connections).toBe(1);
});

test('ends every connection when it is closed', async () => {
  const ended = new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: proxy.port, method: 'CONNECT', path: `open.test:${portOf(echo)}`, agent: false });
    asked.on('error', reject).on('connect', (_, socket) => {
      socket.on('error', () => undefined).on('close', resolve);
      proxy.close();
    });
    asked.end();
  });
  await ended;
  await expect(ask('http://check.invalid/')).rejects.toThrow('ECONNREFUSED');
});
