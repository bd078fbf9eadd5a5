import { Hono } from 'hono';
import type { Gate, GateEnv } from '../gate.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { proofRoutes } from './proof-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { totpRoutes } from './totp-routes.ts';

/** Everything about second factors and passkeys, and the overview of a person's settings. */
export function secondFactorRoutes(gate: Gate): Hono<GateEnv> {
  const routes = new Hono<GateEnv>();
  for (const part of [proofRoutes, passkeyRoutes, settingsRoutes, totpRoutes]) routes.route('/', part(gate));
  return routes;
}
