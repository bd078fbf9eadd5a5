import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ListenAddress } from '../../kit/http-server.ts';
import { parseUrl } from '../../kit/parse-url.ts';
import { healthOf, listModels, statusOf } from '../status.ts';
import { answerWithModel, type Router } from './answer.ts';
import { ApiError, sendError } from './api-error.ts';
import { notFound } from './question.ts';

/** Where the model stands in a JSON body. Forms, such as recordings to be written down, go to their server directly. */
const modelPaths = new Set(
  ['chat/completions', 'completions', 'embeddings', 'responses', 'messages', 'rerank', 'score', 'audio/speech', 'images/generations'].map(
    (path) => `/v1/${path}`,
  ),
);

/** For a request to arrive whole, with images in it and over a slow line. */
const requestTimeoutMs = 120_000;
/** The kernel keeps those beyond for a moment and then turns them away. */
const mostConnections = 4_096;

/** Listens with OpenAI's interface in front of the models. An answer may take as long as it likes. */
export function listenForClients(router: Router, { host, port }: ListenAddress): Server {
  const server = createServer(
    // The kept connections outlive the two minutes that the edge keeps one, so it never writes into one that closes.
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: 10_000,
      keepAliveTimeout: 130_000,
      maxHeaderSize: 32 * 1024,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      response.on('error', () => {});
      route(router, request, response);
    },
  );
  server.maxConnections = mostConnections;
  return server.listen(port, host);
}

function route(router: Router, request: IncomingMessage, response: ServerResponse): void {
  const path = parseUrl(request.url ?? '', 'http://router')?.pathname ?? '';
  if (modelPaths.has(path)) {
    if (request.method === 'POST') void answerWithModel(router, request, response, path);
    else sendError(response, new ApiError(405, 'method_not_allowed', 'Send a POST.'));
    return;
  }
  const told = request.method === 'GET' || request.method === 'HEAD' ? tellAbout(router, path) : undefined;
  if (told instanceof ApiError) sendError(response, told);
  else if (told === undefined) sendError(response, new ApiError(404, 'not_found', 'There is nothing at this address.'));
  else sendJson(response, told);
}

function tellAbout(router: Router, path: string): unknown {
  const { config, desk, bodies } = router;
  switch (path) {
    case '/health':
      return healthOf(config);
    case '/':
    case '/status':
      return statusOf(config, desk.state(), bodies.held(), Date.now());
    case '/v1/models':
      return { object: 'list', data: listModels(config, desk.state()) };
    default: {
      if (!path.startsWith('/v1/models/')) return undefined;
      const name = decode(path.slice('/v1/models/'.length));
      return listModels(config, desk.state()).find(({ id }) => id === router.find(name)?.name) ?? notFound(name);
    }
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function sendJson(response: ServerResponse, value: unknown): void {
  const body = `${JSON.stringify(value, undefined, 2)}\n`;
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
