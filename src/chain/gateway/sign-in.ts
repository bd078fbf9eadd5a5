import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as client from 'openid-client';
import * as z from 'zod';
import { messageOf } from '../../kit/errors.ts';
import { type Log, safeText } from '../../kit/log.ts';
import { createSeal } from '../../kit/seal.ts';
import { type Refusal, refusal } from '../answer.ts';

/** This service as a client of the sign-on server. */
export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  /** The public address, without a trailing slash. */
  readonly url: string;
}

/** Signing in with a browser: for whoever wants a token to use in a program. */
export interface SignIn {
  /** Leads the browser to the sign-on server. */
  begin(context: Context): Promise<Response | Refusal>;
  /** The ID token of whoever comes back from there. */
  finish(context: Context): Promise<string | Refusal>;
}

const cookie = '__Host-tx_sign_in';
const lifeSeconds = 600;
const begunSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });

/** The code flow with PKCE (https://openid.net/specs/openid-connect-core-1_0.html). What was begun is kept in the browser, closed. */
export function createSignIn(settings: SignInSettings, log: Log): SignIn {
  const { issuer, clientId, clientSecret, scopes, url } = settings;
  const seal = createSeal(clientSecret, 'sign-in of tx-gateway');
  // What does not leave the machine needs no TLS.
  const insecure = new URL(issuer).hostname === '127.0.0.1' ? [client.allowInsecureRequests] : [];
  let found: Promise<client.Configuration> | undefined;

  /** Asked for when it is first needed, and again where that failed. */
  async function configuration(): Promise<client.Configuration> {
    found ??= client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(clientSecret), {
      timeout: 5,
      execute: insecure,
    });
    found.catch(() => (found = undefined));
    return found;
  }

  return {
    async begin(context) {
      const begun = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
      try {
        const target = client.buildAuthorizationUrl(await configuration(), {
          redirect_uri: `${url}/callback`,
          scope: scopes,
          state: begun.state,
          nonce: begun.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
          code_challenge_method: 'S256',
        });
        const kept = Buffer.from(seal.close(JSON.stringify(begun), cookie)).toString('base64url');
        setCookie(context, cookie, kept, { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', maxAge: lifeSeconds });
        return context.redirect(target.href, 302);
      } catch (cause) {
        log.error({ event: 'sign-on.away', cause: safeText(messageOf(cause), 300) }, 'the sign-on server cannot be used');
        return refusal(503, 'sign-on', 'the sign-on server does not answer', 'try again in a moment');
      }
    },
    async finish(context) {
      const kept = seal.open(Buffer.from(getCookie(context, cookie) ?? '', 'base64url'), cookie);
      deleteCookie(context, cookie, { path: '/', secure: true });
      const begun = kept === undefined ? undefined : begunSchema.safeParse(JSON.parse(kept)).data;
      if (!begun) return refusal(400, 'sign-in', 'this sign-in was not begun here, or too long ago', 'begin again at /login');
      try {
        const { search } = new URL(context.req.url);
        const tokens = await client.authorizationCodeGrant(await configuration(), new URL(`${url}/callback${search}`), {
          expectedState: begun.state,
          expectedNonce: begun.nonce,
          pkceCodeVerifier: begun.verifier,
          idTokenExpected: true,
        });
        return tokens.id_token ?? '';
      } catch (cause) {
        log.warn({ event: 'sign-in.refused', cause: safeText(messageOf(cause), 300) }, 'a sign-in was refused');
        return refusal(400, 'sign-in', 'the sign-on server did not confirm this sign-in', 'begin again at /login');
      }
    },
  };
}
