import { setTimeout as delay } from 'node:timers/promises';
import * as openid from 'openid-client';
import { describe, expect, it } from 'vitest';
import { signedIn } from '../attacks/relying-party.ts';
import { newVisitor } from '../attacks/visitor.ts';
import { attempt, discover, errorOf, redeem } from './party.ts';
import type { OpenidTarget } from './target.ts';

const offline = { scope: 'openid profile email groups offline_access' };

/** Codes and refresh tokens, and what they are good for. */
export function describeTokenEndpoint(name: string, target: () => OpenidTarget): void {
  describe(`openid conformance: ${name}: the token endpoint`, () => {
    it('takes a code once, and takes back what it gave when it comes again', async () => {
      const tried = await attempt(target(), target().clients.usual, { changes: offline });
      const tokens = await redeem(tried);
      expect(await errorOf(redeem(tried))).toBe('invalid_grant');
      expect(await errorOf(openid.fetchUserInfo(tried.config, tokens.access_token, openid.skipSubjectCheck))).toBe('invalid_token');
      expect(await errorOf(openid.refreshTokenGrant(tried.config, tokens.refresh_token ?? ''))).toBe('invalid_grant');
    });

    it('gives tokens to one of many that bring the same code at once, and takes them back', async () => {
      const tried = await attempt(target(), target().clients.native, { changes: offline });
      const answers = await Promise.allSettled(Array.from({ length: 8 }, () => redeem(tried)));
      const won = answers.filter((answer) => answer.status === 'fulfilled');
      expect(won.length).toBeLessThanOrEqual(1);
      for (const { value } of won) {
        expect(await errorOf(openid.fetchUserInfo(tried.config, value.access_token, openid.skipSubjectCheck))).toBe('invalid_token');
      }
    });

    it('refuses a code after its time', async () => {
      const { hasty, usual } = target().clients;
      const [late, inTime] = [await attempt(target(), hasty), await attempt(target(), usual)];
      await delay(target().codeLifeMs + 1500);
      expect(await errorOf(redeem(late))).toBe('invalid_grant');
      expect(await errorOf(redeem(inTime))).toBe('none');
    }, 120_000);

    it('refuses a code with another verifier, without one, at another address, or by another client', async () => {
      const { usual, other } = target().clients;
      const grant = async (config: openid.Configuration, fields: Readonly<Record<string, string>>): Promise<string> =>
        await errorOf(openid.genericGrantRequest(config, 'authorization_code', { ...fields }));
      const tried = await attempt(target(), usual);
      const fields = { code: tried.back?.searchParams.get('code') ?? '', redirect_uri: usual.redirect, code_verifier: tried.verifier };
      expect(await grant(tried.config, { ...fields, code_verifier: openid.randomPKCECodeVerifier() })).toBe('invalid_grant');
      expect(await grant(tried.config, { code: fields.code, redirect_uri: fields.redirect_uri })).toBe('invalid_grant');
      expect(await grant(tried.config, { ...fields, redirect_uri: other.redirect })).toBe('invalid_grant');
      expect(await grant(await discover(target(), other), fields)).toBe('invalid_grant');
      expect(await grant(tried.config, { ...fields, code: 'x'.repeat(43) })).toBe('invalid_grant');
      expect(await grant(tried.config, fields)).toBe('none');
    });

    it('tells a client that is not who it says', async () => {
      const { usual } = target().clients;
      const ask = async (config: openid.Configuration): Promise<string> => await errorOf(openid.refreshTokenGrant(config, 'x'));
      expect(await ask(await discover(target(), { ...usual, secret: 'wrong' }))).toBe('invalid_client');
      expect(await ask(await discover(target(), { ...usual, id: 'nobody' }))).toBe('invalid_client');
      expect(await ask(await discover(target(), usual, 'none'))).toBe('invalid_client');
      expect(await ask(await discover(target(), usual))).toBe('invalid_grant');
    });

    it('lets a client send its secret only in its own way', async () => {
      const { usual, posting } = target().clients;
      const ask = async (config: openid.Configuration): Promise<string> => await errorOf(openid.refreshTokenGrant(config, 'x'));
      expect(await ask(await discover(target(), usual, 'post'))).toBe('invalid_client');
      expect(await ask(await discover(target(), posting, 'basic'))).toBe('invalid_client');
    });

    it('refuses grants that nobody has, and grants that this client has not', async () => {
      const { usual, secondFactor } = target().clients;
      const config = await discover(target(), usual);
      for (const grant of ['password', 'client_credentials', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code']) {
        expect(await errorOf(openid.genericGrantRequest(config, grant, { username: 'x', password: 'y' }))).toBe('unsupported_grant_type');
      }
      expect(await errorOf(openid.refreshTokenGrant(await discover(target(), secondFactor), 'x'))).toBe('unauthorized_client');
    });
  });

  describe(`openid conformance: ${name}: refresh`, () => {
    it('rotates, and ends all when a used token comes again', async () => {
      const tried = await attempt(target(), target().clients.usual, { changes: offline });
      const first = await redeem(tried);
      const second = await openid.refreshTokenGrant(tried.config, first.refresh_token ?? '');
      expect(second.refresh_token).not.toBe(first.refresh_token);
      expect(second.claims()?.sub).toBe(first.claims()?.sub);
      expect(await errorOf(openid.refreshTokenGrant(tried.config, first.refresh_token ?? ''))).toBe('invalid_grant');
      expect(await errorOf(openid.refreshTokenGrant(tried.config, second.refresh_token ?? ''))).toBe('invalid_grant');
      expect(await errorOf(openid.fetchUserInfo(tried.config, second.access_token, openid.skipSubjectCheck))).toBe('invalid_token');
    });

    it('never widens what was granted, and belongs to one client', async () => {
      const tried = await attempt(target(), target().clients.usual, { changes: { scope: 'openid email offline_access' } });
      const { refresh_token: token = '' } = await redeem(tried);
      expect(await errorOf(openid.refreshTokenGrant(tried.config, token, { scope: 'openid groups' }))).toBe('invalid_scope');
      expect(await errorOf(openid.refreshTokenGrant(await discover(target(), target().clients.posting, 'post'), token))).toBe(
        'invalid_grant',
      );
      expect(await errorOf(openid.refreshTokenGrant(tried.config, token))).toBe('none');
    });

    it('ends with the session, unless the person was asked for access while away', async () => {
      const { usual } = target().clients;
      const visitor = await signedIn(target());
      const bound = await attempt(target(), usual, { visitor });
      const free = await attempt(target(), usual, { visitor, changes: offline });
      const [boundTokens, freeTokens] = [await redeem(bound), await redeem(free)];
      await visitor.submit('/logout', {});
      expect(await errorOf(openid.refreshTokenGrant(bound.config, boundTokens.refresh_token ?? ''))).toBe('invalid_grant');
      expect(await errorOf(openid.fetchUserInfo(bound.config, boundTokens.access_token, openid.skipSubjectCheck))).toBe('invalid_token');
      expect(await errorOf(openid.refreshTokenGrant(free.config, freeTokens.refresh_token ?? ''))).toBe('none');
    });

    it('ends with the person', async () => {
      const login = await target().newPerson();
      const visitor = newVisitor(target());
      await visitor.signIn(login);
      const tried = await attempt(target(), target().clients.usual, { visitor, changes: offline });
      const tokens = await redeem(tried);
      await target().disable(login.username);
      expect(await errorOf(openid.refreshTokenGrant(tried.config, tokens.refresh_token ?? ''))).toBe('invalid_grant');
      expect(await errorOf(openid.fetchUserInfo(tried.config, tokens.access_token, openid.skipSubjectCheck))).toBe('invalid_token');
    });
  });
}
