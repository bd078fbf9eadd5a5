import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Page, Theme } from '../../kit/page/layout.ts';
import { sendDocument, setSecureHeaders } from '../../kit/page/send.ts';
import type { CookieSettings } from '../config.ts';
import type { GateEnv } from '../gate.ts';

/** Sends a page whose forms may lead to the domain, and to the application that waits for an answer. */
export async function sendPage(
  context: Context<GateEnv>,
  theme: Theme,
  cookie: CookieSettings | undefined,
  page: Page,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  // A browser applies form-action to the redirect after a sign-in too, so the cookie's domain must be in it.
  const domain = cookie ? [`https://${cookie.domain}:*`, `https://*.${cookie.domain}:*`] : [];
  return sendDocument(context, theme, page, { status, formTargets: [...domain, ...(context.get('formTargets') ?? [])] });
}

/** Sends the browser on with a GET. */
export function seeOther(context: Context<GateEnv>, place: string): Response {
  setSecureHeaders(context);
  return context.redirect(place, 303);
}
