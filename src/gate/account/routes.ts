import { Hono } from 'hono';
import type { Gate, GateEnv } from '../gate.ts';
import { keepNewPassword, showNewPassword } from './new-password.ts';
import { changePassword, showChangePassword } from './password.ts';
import { prove, showProve } from './prove.ts';
import { askReset, showReset } from './reset.ts';
import { endSessions, showSessions } from './sessions-page.ts';

/** What people do about their own accounts: passwords, sessions, and proofs before a change. */
export function accountRoutes(gate: Gate): Hono<GateEnv> {
  const routes = new Hono<GateEnv>();
  routes.get('/settings/password', (context) => showChangePassword(gate, context));
  routes.post('/settings/password', (context) => changePassword(gate, context));
  routes.get('/settings/sessions', (context) => showSessions(gate, context));
  routes.post('/settings/sessions', (context) => endSessions(gate, context));
  routes.get('/prove', (context) => showProve(gate, context));
  routes.post('/prove', (context) => prove(gate, context));
  routes.get('/reset-password', (context) => showReset(gate, context));
  routes.post('/reset-password', (context) => askReset(gate, context));
  routes.get('/reset-password/new', (context) => showNewPassword(gate, context));
  routes.get('/welcome', (context) => showNewPassword(gate, context));
  routes.post('/reset-password/new', (context) => keepNewPassword(gate, context));
  return routes;
}
