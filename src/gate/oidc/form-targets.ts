import type { Context, MiddlewareHandler } from 'hono';
import type { GateEnv } from '../gate.ts';
import { interactionUrl } from './configuration.ts';
import type { Oidc } from './provider.ts';
import { formTargetOf } from './redirect-target.ts';

/**
 * Names the client that a sign-in is for, and lets the forms of its pages lead to a client's redirect address because browsers hold
 * `form-action` against every redirect that follows a form. https://www.w3.org/TR/CSP3/#directive-form-action
 */
export function formTargets(oidc: Oidc): MiddlewareHandler<GateEnv> {
  return async (context, next) => {
    const uid = await uidOf(context, oidc);
    const interaction = uid === undefined ? undefined : await oidc.provider.Interaction.find(uid);
    const redirect = interaction?.params['redirect_uri'];
    const target = typeof redirect === 'string' ? formTargetOf(redirect) : undefined;
    if (target !== undefined) context.set('formTargets', [target]);
    const client = oidc.settings.clients.get(String(interaction?.params['client_id']));
    if (client) context.set('clientName', client.title);
    await next();
  };
}

/** The interaction that a page is for: its own, or the one that it leads back to. */
async function uidOf(context: Context<GateEnv>, { settings }: Oidc): Promise<string | undefined> {
  const own = /^\/interaction\/([\w-]+)$/.exec(context.req.path)?.[1];
  if (own !== undefined) return own;
  const field = context.req.method === 'POST' ? (await context.req.parseBody())['rd'] : undefined;
  const wanted = context.req.query('rd') ?? field;
  const prefix = interactionUrl(settings, '');
  return typeof wanted === 'string' && wanted.startsWith(prefix) ? /^[\w-]+$/.exec(wanted.slice(prefix.length))?.[0] : undefined;
}
