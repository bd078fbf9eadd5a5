import { createHash } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { describe, expect, it } from 'vitest';
import { signedIn } from '../attacks/relying-party.ts';
import { csrfOf, newVisitor } from '../attacks/visitor.ts';
import { answerOf, attempt, discover, keysOf, redeem } from './party.ts';
import type { OpenidTarget } from './target.ts';

const offline = { scope: 'openid profile email groups offline_access' };

/** What is published, and the way to a code. */
export function describeAuthorization(name: string, target: () => OpenidTarget): void {
  describe(`openid conformance: ${name}: discovery`, () => {
    it('says what is there, under the issuer’s own name', async () => {
      const { portal, clients } = target();
      expect((await discover(target(), clients.usual)).serverMetadata()).toMatchObject({
        issuer: portal,
        authorization_endpoint: `${portal}/api/oidc/authorization`,
        token_endpoint: `${portal}/api/oidc/token`,
        userinfo_endpoint: `${portal}/api/oidc/userinfo`,
        introspection_endpoint: `${portal}/api/oidc/introspection`,
        revocation_endpoint: `${portal}/api/oidc/revocation`,
        pushed_authorization_request_endpoint: `${portal}/api/oidc/pushed-authorization-request`,
        end_session_endpoint: `${portal}/api/oidc/end-session`,
        jwks_uri: `${portal}/jwks.json`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        subject_types_supported: ['public'],
        authorization_response_iss_parameter_supported: true,
        scopes_supported: expect.arrayContaining(['openid', 'profile', 'email', 'groups', 'offline_access']) as string[],
        grant_types_supported: expect.arrayContaining(['authorization_code', 'refresh_token']) as string[],
        id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']) as string[],
        claims_supported: expect.arrayContaining(['sub', 'preferred_username', 'name', 'email', 'email_verified', 'groups']) as string[],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      });
    });

    it('publishes public keys only, each under a name', async () => {
      const { keys } = await keysOf(target());
      expect(keys.length).toBeGreaterThanOrEqual(2);
      expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
      for (const key of keys) expect(Object.keys(key).filter((part) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(part))).toEqual([]);
    });
  });

  describe(`openid conformance: ${name}: an authorization`, () => {
    it.each(['usual', 'native', 'posting'] as const)('gives the client %s tokens that say who came', async (which) => {
      const { portal, clients } = target();
      const tried = await attempt(target(), clients[which], which === 'posting' ? { way: 'post' } : {});
      expect(answerOf(tried)).toMatchObject({ state: tried.state, iss: portal });
      const tokens = await redeem(tried);
      expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
      const claims = tokens.claims();
      expect(claims).toMatchObject({ iss: portal, aud: clients[which].id, azp: clients[which].id, nonce: tried.nonce, amr: ['pwd'] });
      expect(claims?.sub).toMatch(/^[0-9a-f-]{36}$/);
      expect(Math.abs(Date.now() / 1000 - Number(claims?.auth_time))).toBeLessThan(60);
      const person = await openid.fetchUserInfo(tried.config, tokens.access_token, claims?.sub ?? '');
      expect(person).toMatchObject({ sub: claims?.sub, email_verified: true, groups: expect.arrayContaining(['viewer']) as string[] });
      expect(Object.keys(person).toSorted()).toEqual(['email', 'email_verified', 'groups', 'name', 'preferred_username', 'sub']);
      const inToken = Object.keys(claims ?? {}).filter((claim) => ['name', 'preferred_username', 'email', 'groups'].includes(claim));
      expect(inToken.toSorted()).toEqual(which === 'posting' ? ['email', 'groups'] : []);
    });

    it('signs the id_token with a published key and binds the access token to it', async () => {
      const tokens = await redeem(await attempt(target(), target().clients.usual));
      const { payload } = await jwtVerify(tokens.id_token ?? '', createLocalJWKSet(await keysOf(target())), {
        issuer: target().portal,
        algorithms: ['RS256'],
      });
      expect(payload['at_hash']).toBe(createHash('sha256').update(tokens.access_token).digest().subarray(0, 16).toString('base64url'));
      expect(tokens.access_token).not.toContain('.');
    });

    it('gives out only the scopes that were asked for', async () => {
      const tried = await attempt(target(), target().clients.usual, { changes: { scope: 'openid email' } });
      const tokens = await redeem(tried);
      const person = await openid.fetchUserInfo(tried.config, tokens.access_token, tokens.claims()?.sub ?? '');
      expect(Object.keys(person).toSorted()).toEqual(['email', 'email_verified', 'sub']);
    });

    it('leads through sign-in and back where nobody is signed in', async () => {
      const visitor = newVisitor(target());
      const tried = await attempt(target(), target().clients.usual, { visitor });
      expect(tried.status).toBe(200);
      const rd = /name="rd" value="([^"]+)"/.exec(tried.body)?.[1] ?? '';
      expect(rd).toMatch(new RegExp(`^${target().portal}/interaction/[\\w-]+$`));
      const login = await target().newPerson();
      const entered = await visitor.submit(`/?rd=${encodeURIComponent(rd)}`, { ...login, rd }, { action: '/login' });
      const origin = new URL(target().clients.usual.redirect).origin;
      expect((await visitor.get(`/?rd=${encodeURIComponent(rd)}`)).status).toBe(303);
      let next = String(entered.headers.location);
      for (let hop = 0; hop < 4 && next.startsWith(target().portal); hop++) {
        next = new URL(String((await visitor.get(new URL(next).pathname)).headers.location), target().portal).href;
      }
      expect(new URL(next).origin).toBe(origin);
      expect((await redeem({ ...tried, back: new URL(next) })).id_token).toBeDefined();
    });

    it('lets forms on the way lead to the client, and nowhere else', async () => {
      const visitor = newVisitor(target());
      const { body } = await attempt(target(), target().clients.native, { visitor });
      const rd = /name="rd" value="([^"]+)"/.exec(body)?.[1] ?? '';
      const policyOf = async (path: string): Promise<string> =>
        /form-action ([^;]*)/.exec(String((await visitor.get(path)).headers['content-security-policy']))?.[1] ?? '';
      expect(await policyOf(`/?rd=${encodeURIComponent(rd)}`)).toContain(new URL(target().clients.native.redirect).origin);
      expect(await policyOf('/')).not.toContain(new URL(target().clients.native.redirect).origin);
    });

    it('answers by a form where that is asked for, under a policy that lets only that form go', async () => {
      const { usual } = target().clients;
      const tried = await attempt(target(), usual, { changes: { response_mode: 'form_post' } });
      expect(tried.status).toBe(200);
      expect(tried.body).toContain(`action="${usual.redirect}"`);
      expect(tried.policy).toContain(`form-action 'self' ${new URL(usual.redirect).origin};`);
      expect(tried.policy).toMatch(/default-src 'none';script-src 'sha256-[^']+';/);
      const fields = Object.fromEntries(
        [...tried.body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
      );
      expect(fields).toMatchObject({ state: tried.state, iss: target().portal });
      const back = new URL(`${usual.redirect}?${new URLSearchParams(fields).toString()}`);
      expect((await redeem({ ...tried, back })).id_token).toBeDefined();
    });

    it('takes a pushed request once', async () => {
      const { usual } = target().clients;
      const visitor = await signedIn(target());
      const config = await discover(target(), usual);
      const verifier = openid.randomPKCECodeVerifier();
      const url = await openid.buildAuthorizationUrlWithPAR(config, {
        redirect_uri: usual.redirect,
        ...offline,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      expect([...url.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);
      const first = await visitor.get(url.pathname + url.search);
      const tokens = await openid.authorizationCodeGrant(config, new URL(String(first.headers.location)), { pkceCodeVerifier: verifier });
      expect(tokens.scope?.split(' ')).toContain('offline_access');
      expect((await visitor.get(url.pathname + url.search)).headers.location ?? '').not.toContain('code=');
    });
  });

  describe(`openid conformance: ${name}: consent`, () => {
    it('is asked for, and given or not', async () => {
      const { asking } = target().clients;
      for (const [decision, expected] of [
        ['allow', 'code'],
        ['deny', 'error'],
      ] as const) {
        const visitor = await signedIn(target());
        const tried = await attempt(target(), asking, { visitor });
        expect(tried.status).toBe(200);
        const path = /action="(\/interaction\/[\w-]+)"/.exec(tried.body)?.[1] ?? '';
        expect((await visitor.post(path, { csrf: '', decision: 'allow' })).status).toBe(403);
        const answered = await visitor.post(path, { csrf: csrfOf(tried.body) ?? '', decision });
        const back = await visitor.get(new URL(String(answered.headers.location), target().portal).pathname);
        expect([...new URL(String(back.headers.location)).searchParams.keys()]).toContain(expected);
      }
      expect(answerOf(await attempt(target(), asking, { changes: { prompt: 'none' } }))).toMatchObject({ error: 'consent_required' });
    });
  });
}
