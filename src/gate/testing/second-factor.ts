import { TOTP } from 'otpauth';
import type { TestBrowser } from './browser.ts';
import type { CreationRequest, UseRequest } from './authenticator.ts';

/** The token that the forms of a page carry. */
export async function csrfOf(browser: TestBrowser, path: string): Promise<string> {
  return /name="csrf" value="([^"]+)"/.exec(await (await browser.get(path)).text())?.[1] ?? '';
}

/** The code of a secret, some steps from now. */
export function codeOf(secret: string, steps = 0): string {
  return TOTP.generate({ secret: secretOf(secret), timestamp: Date.now() + steps * 30_000 });
}

function secretOf(secret: string): TOTP['secret'] {
  return new TOTP({ secret }).secret;
}

/** Sets up an authenticator app as a person does, and gives its key and the page that answers. */
export async function enrolTotp(browser: TestBrowser, rd?: string): Promise<{ readonly secret: string; readonly response: Response }> {
  const page = await (await browser.get(`/settings/totp${rd === undefined ? '' : `?${new URLSearchParams({ rd }).toString()}`}`)).text();
  const secret = (/<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1] ?? '').replaceAll(' ', '');
  const hidden = Object.fromEntries(
    Array.from(page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g), ([, name, value]) => [name, value]),
  );
  const response = await browser.post('/settings/totp', { ...hidden, code: codeOf(secret) });
  return { secret, response };
}

/** The recovery codes that a page shows. */
export async function codesOn(response: Response): Promise<readonly string[]> {
  return Array.from((await response.text()).matchAll(/<li><code>([^<]+)<\/code>/g), ([, code]) => code ?? '');
}

interface PasskeyOptions extends CreationRequest, UseRequest {
  readonly csrf: string;
  readonly userVerification?: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
  readonly excludeCredentials?: readonly { readonly id: string }[];
}

/** What the page's script would ask for before it calls the browser. */
export async function passkeyOptions(
  browser: TestBrowser,
  page: string,
  purpose: 'sign-in' | 'second-factor' | 'enrol',
): Promise<PasskeyOptions> {
  const csrf = await csrfOf(browser, page);
  const response = await browser.post('/passkey/options', { csrf, purpose });
  if (response.status !== 200) throw new Error(`no options: ${response.status}`);
  const options = (await response.json()) as Omit<PasskeyOptions, 'csrf'>;
  return { ...options, csrf };
}
