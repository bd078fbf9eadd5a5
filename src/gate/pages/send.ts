import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { CookieSettings } from '../config.ts';
import type { GateEnv } from '../gate.ts';
import { type Page, renderDocument, type Theme } from './layout.ts';

/** Sends a page under a policy that admits its own style sheet, forms to the domain, and nothing else. */
export async function sendPage(
  context: Context<GateEnv>,
  theme: Theme,
  cookie: CookieSettings | undefined,
  page: Page,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  // A browser applies form-action to the redirect after a sign-in too, so the cookie's domain must be in it.
  const domain = cookie ? ` https://${cookie.domain}:* https://*.${cookie.domain}:*` : '';
  const forms = [`'self'${domain}`, ...(context.get('formTargets') ?? [])].join(' ');
  context.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src '${theme.styleDigest}';${scriptPolicy(page.script)} form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
  );
  setSecureHeaders(context);
  return context.html(await renderDocument(theme, page), status);
}

/** Lets in the page's own script, to talk to this host only; without one nothing is said, and so no script runs. */
function scriptPolicy(script: string | undefined): string {
  if (script === undefined) return '';
  return ` script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'; connect-src 'self';`;
}

/** Sends the browser on with a GET. */
export function seeOther(context: Context<GateEnv>, place: string): Response {
  setSecureHeaders(context);
  return context.redirect(place, 303);
}

/** Headers that every answer of the portal carries. */
export function setSecureHeaders(context: Context<GateEnv>): void {
  context.header('X-Content-Type-Options', 'nosniff');
  context.header('X-Frame-Options', 'DENY');
  context.header('Referrer-Policy', 'no-referrer');
  context.header('Cache-Control', 'no-store');
  context.header('Cross-Origin-Opener-Policy', 'same-origin');
  context.header('Cross-Origin-Resource-Policy', 'same-origin');
  context.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
}
