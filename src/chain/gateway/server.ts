import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { policiesSchema } from '../../contracts/evm-payments.ts';
import { DatamancyError } from '../../kit/errors.ts';
import { listen, listenForMetrics, serveUntil } from '../../kit/http-server.ts';
import { createLog } from '../../kit/log.ts';
import { createTheme } from '../../kit/page/layout.ts';
import { readConfig, tellOfFormerFile } from '../config-file.ts';
import { createGatewayApp } from './app.ts';
import { createBroadcaster } from './broadcaster.ts';
import { createCourier } from './courier.ts';
import { openGatewayDatabase } from './database.ts';
import { createGatewayMetrics } from './metrics.ts';
import { policiesOf } from './policy.ts';
import { createSignIn } from './sign-in.ts';
import { createTokenCheck } from './tokens.ts';

const settingsSchema = z.object({
  TX_DATABASE: z.string().default('/data/gateway.sqlite'),
  TX_POLICIES_FILE: z.string().default('/config/policies.json'),
  TX_HOST: z.string().optional(),
  TX_PORT: z.coerce.number().default(8080),
  TX_METRICS_PORT: z.coerce.number().default(9465),
  TX_URL: z.url(),
  DATAMANCY_TITLE: z.string().optional(),
  TX_BROADCASTER_URL: z.url(),
  TX_BROADCASTER_TOKEN_FILE: z.string(),
  OIDC_ISSUER: z.url(),
  OIDC_JWKS_URL: z.url(),
  OIDC_CLIENT_ID: z.string(),
  OIDC_CLIENT_SECRET_FILE: z.string(),
  OIDC_SCOPES: z.string().default('openid profile groups'),
  LOG_LEVEL: z.string().default('info'),
});

function readSettings(env: NodeJS.ProcessEnv): z.output<typeof settingsSchema> {
  const parsed = settingsSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new DatamancyError('E_CHAIN_CONFIG', z.prettifyError(parsed.error), { fix: 'set these variables' });
}

async function readSecret(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim();
}

/** Decides about transfers until the signal is aborted. What was decided and not handed over is handed over after the next start. */
export async function runGateway(_argv: readonly string[], env: NodeJS.ProcessEnv, stopping: AbortSignal): Promise<void> {
  const failing = new AbortController();
  const signal = AbortSignal.any([stopping, failing.signal]);
  const settings = readSettings(env);
  const log = createLog('tx-gateway', settings.LOG_LEVEL);
  const policies = policiesOf(await readConfig(policiesSchema, settings.TX_POLICIES_FILE));
  tellOfFormerFile(settings.TX_DATABASE, 'policy.yaml', log);
  const connection = openGatewayDatabase(settings.TX_DATABASE);
  const metrics = createGatewayMetrics();
  const broadcaster = createBroadcaster(settings.TX_BROADCASTER_URL, await readSecret(settings.TX_BROADCASTER_TOKEN_FILE));
  const courier = createCourier({ connection, broadcaster, metrics, log, now: Date.now });
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_SCOPES: scopes, TX_URL: url } = settings;
  const clientSecret = await readSecret(settings.OIDC_CLIENT_SECRET_FILE);
  const app = createGatewayApp({
    connection,
    policies,
    checkToken: createTokenCheck({ issuer, audience: clientId, jwksUrl: settings.OIDC_JWKS_URL }),
    signIn: createSignIn({ issuer, clientId, clientSecret, scopes, url }, log),
    theme: createTheme(settings.DATAMANCY_TITLE ?? new URL(url).hostname),
    url,
    broadcaster,
    courier,
    metrics,
    log,
    now: Date.now,
  });
  const servers = [
    listen(app.fetch, { host: settings.TX_HOST, port: settings.TX_PORT }),
    listenForMetrics(metrics.registry, { host: settings.TX_HOST, port: settings.TX_METRICS_PORT }),
  ];
  log.info({ event: 'start', port: settings.TX_PORT, policies: policies.policies.length }, 'tx-gateway is listening');
  if (policies.policies.length === 0)
    log.warn({ event: 'policies', policies: 0 }, 'no policy is configured, so nobody may transfer anything');
  const running = courier.run(signal);
  try {
    await serveUntil(servers, signal);
  } finally {
    failing.abort();
    await running;
    connection.database.close();
  }
}
