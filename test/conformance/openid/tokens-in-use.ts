import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { describe, expect, it } from 'vitest';
import { signedIn } from '../attacks/relying-party.ts';
import { csrfOf } from '../attacks/visitor.ts';
import { answerOf, attempt, discover, errorOf, keysOf, redeem } from './party.ts';
import type { OpenidTarget } from './target.ts';

const offline = { scope: 'openid profile email groups offline_access' };

/** Tokens after they were given out, until people sign out. */
export function describeTokensInUse(name: string, target: () => OpenidTarget): void {
  describe(`openid conformance: ${name}: tokens in use`, () => {
    it('answers a wrong token with a challenge', async () => {
      const config = await discover(target(), target().clients.usual);
      expect(await errorOf(openid.fetchUserInfo(config, 'x'.repeat(43), openid.skipSubjectCheck))).toBe('invalid_token');
      const answer = await target().wire({
        host: target().portalHost,
        path: '/api/oidc/userinfo',
        headers: { accept: 'application/json' },
      });
      expect(answer.status).toBe(401);
      expect(String(answer.headers['www-authenticate'])).toMatch(/^Bearer /);
    });

    it('is told to its own client, and to no other', async () => {
      const tried = await attempt(target(), target().clients.usual);
      const { access_token: token } = await redeem(tried);
      expect(await openid.tokenIntrospection(tried.config, token)).toMatchObject({ active: true, client_id: target().clients.usual.id });
      expect(await openid.tokenIntrospection(await discover(target(), target().clients.other), token)).toEqual({ active: false });
    });

    it('ends when its client gives it back, and not when another does', async () => {
      const tried = await attempt(target(), target().clients.usual, { changes: offline });
      const tokens = await redeem(tried);
      const other = await discover(target(), target().clients.other);
      await errorOf(openid.tokenRevocation(other, tokens.refresh_token ?? ''));
      expect(await openid.tokenIntrospection(tried.config, tokens.access_token)).toMatchObject({ active: true });
      await openid.tokenRevocation(tried.config, tokens.refresh_token ?? '');
      expect(await openid.tokenIntrospection(tried.config, tokens.access_token)).toEqual({ active: false });
      expect(await errorOf(openid.refreshTokenGrant(tried.config, tokens.refresh_token ?? ''))).toBe('invalid_grant');
    });
  });

  describe(`openid conformance: ${name}: signing out`, () => {
    it('asks, ends the session of all apps, and leads back to the app with its state', async () => {
      const { usual } = target().clients;
      const visitor = await signedIn(target());
      const tried = await attempt(target(), usual, { visitor });
      const { id_token: hint = '' } = await redeem(tried);
      const url = openid.buildEndSessionUrl(tried.config, {
        id_token_hint: hint,
        post_logout_redirect_uri: target().afterSignOut,
        state: 'xyz',
      });
      const asked = await visitor.get(url.pathname + url.search);
      expect(asked.status).toBe(200);
      expect((await attempt(target(), usual, { visitor, changes: { prompt: 'none' } })).back?.searchParams.has('code')).toBe(true);
      const fields = { csrf: csrfOf(asked.body) ?? '', id_token_hint: hint, post_logout_redirect_uri: target().afterSignOut, state: 'xyz' };
      expect((await visitor.post('/api/oidc/end-session/confirm', { ...fields, csrf: '' })).status).toBe(403);
      const left = await visitor.post('/api/oidc/end-session/confirm', fields);
      expect(left.headers.location).toBe(`${target().afterSignOut}?state=xyz`);
      expect(answerOf(await attempt(target(), usual, { visitor, changes: { prompt: 'none' } }))).toMatchObject({ error: 'login_required' });
      expect((await visitor.opens(target().apps.everybody)).status).not.toBe(200);
    });

    it.each([
      ['an address that is not registered', { client_id: 'usual', post_logout_redirect_uri: 'https://evil.test/' }],
      ['an address without a client', { post_logout_redirect_uri: 'https://evil.test/' }],
      [
        'a hint that nobody signed',
        { id_token_hint: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"aud":"x"}').toString('base64url')}.` },
      ],
      ['an unknown client', { client_id: 'nobody' }],
    ])('refuses %s, and leaves the person signed in', async (_, given: Readonly<Record<string, string>>) => {
      const { usual } = target().clients;
      const visitor = await signedIn(target());
      const query = new URLSearchParams({ ...given, ...(given['client_id'] === 'usual' ? { client_id: usual.id } : {}) }).toString();
      const answer = await visitor.get(`/api/oidc/end-session?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body).not.toContain('evil.test');
      expect((await attempt(target(), usual, { visitor, changes: { prompt: 'none' } })).back?.searchParams.has('code')).toBe(true);
    });
  });

  describe(`openid conformance: ${name}: another signing key`, () => {
    it('signs from then on, while tokens of the former one can still be checked', async () => {
      const before = await redeem(await attempt(target(), target().clients.usual));
      await target().rotateKeys();
      const after = await redeem(await attempt(target(), target().clients.usual));
      const ids = [before, after].map(({ id_token: token = '' }) => decodeProtectedHeader(token).kid);
      expect(ids[0]).not.toBe(ids[1]);
      const keys = createLocalJWKSet(await keysOf(target()));
      for (const { id_token: token = '' } of [before, after]) expect((await jwtVerify(token, keys)).payload.iss).toBe(target().portal);
    });
  });
}
