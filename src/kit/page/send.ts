import { createHash } from 'node:crypto';
import type { Context, Env } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Page, renderDocument, type Theme } from './layout.ts';

interface Sending {
  readonly status?: ContentfulStatusCode;
  /** Where forms may lead besides this very host: sources of a content security policy. */
  readonly formTargets?: readonly string[];
}

/** Sends a page under a policy that admits its own style sheet and script, forms to those places, and nothing else. */
export async function sendDocument<E extends Env>(context: Context<E>, theme: Theme, page: Page, sending: Sending = {}): Promise<Response> {
  const { status = 200, formTargets = [] } = sending;
  context.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src '${theme.styleDigest}';${scriptPolicy(page.script)} form-action ${["'self'", ...formTargets].join(' ')}; base-uri 'none'; frame-ancestors 'none'`,
  );
  setSecureHeaders(context);
  return context.html(await renderDocument(theme, page), status);
}

/** Lets in the page's own script, to talk to this host only; without one nothing is said, and so no script runs. */
function scriptPolicy(script: string | undefined): string {
  if (script === undefined) return '';
  return ` script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'; connect-src 'self';`;
}

/** Headers that every answer to a browser carries. */
export function setSecureHeaders<E extends Env>(context: Context<E>): void {
  context.header('X-Content-Type-Options', 'nosniff');
  context.header('X-Frame-Options', 'DENY');
  context.header('Referrer-Policy', 'no-referrer');
  context.header('Cache-Control', 'no-store');
  context.header('Cross-Origin-Opener-Policy', 'same-origin');
  context.header('Cross-Origin-Resource-Policy', 'same-origin');
  context.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
}
