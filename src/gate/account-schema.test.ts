import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { authzEndpoints, identityValidationSection, notifierSection, passwordPolicySection } from './account-schema.ts';

const smtp = { address: 'submission://mail.example.org', sender: 'auth@example.org' };
const basic = { name: 'HeaderAuthorization', schemes: ['Basic'] };

describe('what the configuration says about accounts', () => {
  it.each([
    ['smtp://mail', { host: 'mail', port: 25, isTls: false }],
    ['submission://mail:1587', { host: 'mail', port: 1587, isTls: false }],
    ['submissions://mail', { host: 'mail', port: 465, isTls: true }],
  ])('finds the mail server %s', (address, server) => {
    expect(notifierSection.parse({ smtp: { ...smtp, address } }).smtp?.address).toEqual(server);
  });

  it('has the defaults of Authelia', () => {
    expect(identityValidationSection.parse({}).reset_password.jwt_lifespan).toBe(300_000);
    expect(passwordPolicySection.parse({}).standard).toMatchObject({ enabled: false, min_length: 8, max_length: 0 });
  });

  it('takes passwords with requests nowhere unless it is told to', () => {
    expect(authzEndpoints.parse(undefined)).toEqual({
      'forward-auth': { implementation: 'ForwardAuth', authn_strategies: [{ name: 'CookieSession' }] },
    });
    const own = { 'forward-auth-basic': { implementation: 'ForwardAuth', authn_strategies: [basic, { name: 'CookieSession' }] } };
    expect(Object.keys(authzEndpoints.parse(own))).toEqual(['forward-auth-basic']);
  });

  it.each([
    ['another scheme of mail', notifierSection, { smtp: { ...smtp, address: 'https://mail' } }, 'smtp://, submission:// or submissions://'],
    ['a mail server and a file', notifierSection, { smtp, filesystem: { filename: '/x' } }, 'keep one'],
    ['a password in clear', notifierSection, { smtp: { ...smtp, disable_starttls: true } }, 'disable_require_tls'],
    ['a key that is none', notifierSection, { smtp: { ...smtp, hostname: 'x' } }, 'hostname'],
    ['a policy it cannot judge', passwordPolicySection, { zxcvbn: { enabled: true } }, 'password_policy.standard'],
    ['another signature', identityValidationSection, { reset_password: { jwt_algorithm: 'HS512' } }, 'HS256'],
    ['another question', authzEndpoints, { x: { implementation: 'ExtAuthz' } }, 'ForwardAuth'],
    [
      'tokens for passwords',
      authzEndpoints,
      { x: { implementation: 'ForwardAuth', authn_strategies: [{ ...basic, schemes: ['Bearer'] }] } },
      'Basic',
    ],
    ['a path for a name', authzEndpoints, { 'x/../y': { implementation: 'ForwardAuth' } }, 'letters, digits'],
  ])('refuses %s', (_, section: z.ZodType, value, words) => {
    expect(JSON.stringify(section.safeParse(value).error?.issues)).toContain(words);
  });
});
