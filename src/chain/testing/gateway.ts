import { join } from 'node:path';
import { policiesSchema } from '../../contracts/evm-payments.ts';
import { until } from '../../kit/clock.ts';
import { createLog } from '../../kit/log.ts';
import { createTheme } from '../../kit/page/layout.ts';
import type { Connection } from '../../kit/sqlite.ts';
import { createGatewayApp } from '../gateway/app.ts';
import { createBroadcaster } from '../gateway/broadcaster.ts';
import { createCourier } from '../gateway/courier.ts';
import { openGatewayDatabase } from '../gateway/database.ts';
import { createGatewayMetrics } from '../gateway/metrics.ts';
import { policiesOf } from '../gateway/policy.ts';
import { createSignIn } from '../gateway/sign-in.ts';
import { createTokenCheck } from '../gateway/tokens.ts';
import { workerToken } from './broadcaster.ts';
import type { TestIssuer } from './issuer.ts';

/** What the gateway answered. */
export interface Told {
  readonly status: number;
  readonly body: {
    readonly id?: string;
    readonly state?: string;
    readonly error?: { readonly code: string; readonly message: string; readonly fix: string };
  } & Readonly<Record<string, unknown>>;
}

/** A gateway in this process, asked as a program asks it. */
export interface RunningGateway {
  readonly connection: Connection;
  ask(
    path: string,
    init?: { readonly method?: string; readonly token?: string; readonly body?: object; readonly key?: string },
  ): Promise<Told>;
  transfer(request: object, key?: string, token?: string): Promise<Told>;
  untilIs(id: string, state: string): Promise<Told['body']>;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

interface Parts {
  readonly issuer: TestIssuer;
  readonly broadcasterUrl: string;
  readonly policies: object;
  readonly folder: string;
  readonly now?: () => number;
}

export async function startGateway({ issuer, broadcasterUrl, policies, folder, now = Date.now }: Parts): Promise<RunningGateway> {
  const connection = openGatewayDatabase(join(folder, 'gateway.sqlite'));
  const log = createLog('tx-gateway', process.env['TEST_LOG'] ?? 'silent');
  const metrics = createGatewayMetrics();
  const broadcaster = createBroadcaster(broadcasterUrl, workerToken, 2000);
  const courier = createCourier({ connection, broadcaster, metrics, log, now, pauseMs: 50 });
  const ending = new AbortController();
  const running = courier.run(ending.signal);
  const client = {
    issuer: issuer.url,
    clientId: 'tx-gateway',
    clientSecret: 'secret-of-the-test',
    scopes: 'openid',
    url: 'https://tx.example.org',
  };
  const app = createGatewayApp({
    connection,
    policies: policiesOf(policiesSchema.parse(policies)),
    checkToken: createTokenCheck({ issuer: issuer.url, audience: 'tx-gateway', jwksUrl: issuer.jwksUrl }),
    signIn: createSignIn(client, log),
    theme: createTheme('example.org'),
    url: client.url,
    broadcaster,
    courier,
    metrics,
    log,
    now,
  });
  const ownToken = await issuer.token();
  let keys = 0;

  const ask: RunningGateway['ask'] = async (path, { method = 'GET', token = ownToken, body, key } = {}) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const answer = await app.request(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, body: (await answer.json().catch(() => ({}))) as Told['body'] };
  };
  const stop = async (): Promise<void> => {
    ending.abort();
    await running;
    if (connection.database.open) connection.database.close();
  };
  return {
    connection,
    ask,
    transfer: async (request, key = `key-of-test-${keys++}`, token = ownToken) =>
      ask('/v1/transfers', { method: 'POST', body: request, key, token }),
    untilIs: async (id, state) =>
      until(
        `transfer ${id}`,
        async () => {
          const { body } = await ask(`/v1/transactions/${id}`);
          return body.state === state ? { done: body } : { seen: JSON.stringify(body) };
        },
        { everyMs: 30, withinMs: 15_000 },
      ),
    metrics: async () => metrics.registry.metrics(),
    stop,
  };
}
