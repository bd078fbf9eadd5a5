import { describe, expect, it } from 'vitest';
import { signedIn } from '../attacks/relying-party.ts';
import { newVisitor } from '../attacks/visitor.ts';
import { answerOf, attempt, redeem } from './party.ts';
import type { OpenidTarget } from './target.ts';

const offline = { scope: 'openid profile email groups offline_access' };

/** What the authorization endpoint refuses, and to whom it says so. */
export function describeRefusals(name: string, target: () => OpenidTarget): void {
  describe(`openid conformance: ${name}: refusals at the authorization endpoint`, () => {
    it.each([
      ['a code challenge that is missing', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
      ['a plain code challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
      ['a code challenge without its method', { code_challenge_method: undefined }, 'invalid_request'],
      ['a code challenge too short to be one', { code_challenge: 'abc' }, 'invalid_request'],
      ['no response type', { response_type: undefined }, 'invalid_request'],
      ['the implicit flow', { response_type: 'id_token' }, 'unsupported_response_type'],
      ['a token without a code', { response_type: 'token' }, 'unsupported_response_type'],
      ['a hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
      ['a scope that nobody knows, beside openid, but the client has none of', { ...offline, client: 'other' }, 'invalid_scope'],
      ['a prompt that nobody knows', { prompt: 'dance' }, 'invalid_request'],
      ['prompt=none beside another prompt', { prompt: 'none login' }, 'invalid_request'],
      ['an age that is no number', { max_age: '-1' }, 'invalid_request'],
      ['a hint that is no token', { id_token_hint: 'x.y.z' }, 'invalid_request'],
      ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
      ['a request by reference', { request_uri: 'https://evil.test/request' }, 'request_uri_not_supported'],
    ])(
      'tells the client of %s, with its state and the issuer',
      async (_, { client = 'usual', ...changes }: Record<string, string | undefined>, error) => {
        const { usual, other } = target().clients;
        const tried = await attempt(target(), client === 'other' ? other : usual, { changes });
        expect(answerOf(tried)).toMatchObject({ error, state: tried.state, iss: target().portal });
        expect(answerOf(tried)).not.toHaveProperty('code');
      },
    );

    it('returns login_required to prompt=none where nobody is signed in, and a code where somebody is', async () => {
      const { usual } = target().clients;
      const changes = { prompt: 'none' };
      const stranger = await attempt(target(), usual, { visitor: newVisitor(target()), changes });
      expect(answerOf(stranger)).toMatchObject({ error: 'login_required', state: stranger.state, iss: target().portal });
      expect((await redeem(await attempt(target(), usual, { changes }))).id_token).toBeDefined();
    });

    it('denies a person whom the client is not for', async () => {
      const tried = await attempt(target(), target().clients.admins);
      expect(answerOf(tried)).toMatchObject({ error: 'access_denied', state: tried.state, iss: target().portal });
    });

    it('asks for a second factor where the client needs one', async () => {
      const { secondFactor } = target().clients;
      const visitor = await signedIn(target());
      const silent = await attempt(target(), secondFactor, { visitor, changes: { prompt: 'none' } });
      expect(answerOf(silent)).toMatchObject({ error: 'interaction_required' });
      const tried = await attempt(target(), secondFactor, { visitor });
      expect(tried.back?.searchParams.get('code') ?? '').toBe('');
    });

    it('asks for a new proof where prompt or max_age want one', async () => {
      const { usual } = target().clients;
      for (const changes of [{ prompt: 'login' }, { max_age: '0' }]) {
        const visitor = await signedIn(target());
        const tried = await attempt(target(), usual, { visitor, changes });
        expect(answerOf(tried)).not.toHaveProperty('code');
        expect(tried.status).toBe(200);
        expect(tried.body).toContain('type="password"');
      }
    });

    it.each([
      ['another path', (uri: string) => `${uri}x`],
      ['a path inside', (uri: string) => `${uri}/../x`],
      ['a query', (uri: string) => `${uri}?x=1`],
      ['a fragment', (uri: string) => `${uri}#x`],
      ['other letters', (uri: string) => uri.toUpperCase()],
      ['another port', (uri: string) => uri.replace(/^(https:\/\/[^/:]+)(:\d+)?/, '$1:1')],
      ['another scheme', (uri: string) => uri.replace('https:', 'http:')],
      ['another host before', (uri: string) => uri.replace('https://', 'https://evil.test@')],
      ['another host', () => 'https://evil.test/callback'],
      ['a script', () => 'javascript:alert(1)'],
      ['nothing', () => undefined],
    ])('sends nobody to a redirect address with %s', async (_, change) => {
      const { usual } = target().clients;
      const tried = await attempt(target(), usual, { changes: { redirect_uri: change(usual.redirect) } });
      expect(tried.status).toBe(400);
      expect(tried.back).toBeUndefined();
      expect(tried.body).not.toMatch(/evil\.test|javascript:alert/);
      expect(tried.body).toContain('<html lang="en">');
    });

    it('lets a native client choose its port on the loopback address, and only that', async () => {
      const { native } = target().clients;
      const other = new URL(native.redirect);
      other.port = '51234';
      expect((await attempt(target(), native, { changes: { redirect_uri: other.href } })).back?.host).toBe('127.0.0.1:51234');
      for (const uri of [other.href.replace('127.0.0.1', 'localhost'), other.href.replace('127.0.0.1', '127.0.0.2'), `${other.href}x`]) {
        expect((await attempt(target(), native, { changes: { redirect_uri: uri } })).status).toBe(400);
      }
    });

    it('tells a page of an unknown client, and shows its name nowhere', async () => {
      const tried = await attempt(target(), target().clients.usual, { changes: { client_id: '<script>alert(1)</script>' } });
      expect(tried.status).toBe(400);
      expect(tried.body).not.toContain('<script');
      expect(tried.back).toBeUndefined();
    });
  });
}
