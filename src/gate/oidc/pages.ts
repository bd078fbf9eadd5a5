import { Hono } from 'hono';
import type { Gate, GateEnv } from '../gate.ts';
import { applicationRoutes } from './applications-page.ts';
import { endSessionRoutes } from './end-session.ts';
import { formTargets } from './form-targets.ts';
import { interactionRoutes } from './interaction.ts';
import type { Oidc } from './provider.ts';

/** The pages of the OpenID provider, and what every other page needs to lead back into it. */
export function oidcPages(gate: Gate, oidc: Oidc): Hono<GateEnv> {
  const app = new Hono<GateEnv>();
  app.use(formTargets(oidc));
  app.route('/', interactionRoutes(gate, oidc));
  app.route('/', endSessionRoutes(gate, oidc));
  app.route('/', applicationRoutes(gate, oidc));
  return app;
}
