import { expect, test } from 'vitest';
import { oidc } from '../../contracts/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleEdge, sampleSignOn } from '../sample.ts';
import { signInKept } from './sign-in-kept.ts';

test('an owner who lets everybody into an app that asks by itself is told where that is decided', () => {
  expect(problemsOf([sampleApp('grafana')], { overrides: { grafana: { env: { GF_AUTH_ANONYMOUS_ENABLED: true } } } })).toEqual([
    'sign-in-kept grafana: cluster.yaml makes its variable GF_AUTH_ANONYMOUS_ENABLED true, and it asks nobody any more who comes; leave GF_AUTH_ANONYMOUS_ENABLED out',
  ]);
});

test('where groups decide who gets in through its own login, that is told', () => {
  const signIn = sampleApp('notes', {
    needs: { signIn: oidc({ callback: '/callback' }) },
    route: { port: 'web', access: { login: 'signIn', groups: ['viewer'], start: '/login' } },
  });
  expect(findingsOf(signInKept, [sampleSignOn, signIn], { overrides: { notes: { env: { NO_AUTH: true } } } })).toEqual([
    expect.stringContaining('leave NO_AUTH out: who may enter stands under groups'),
  ]);
});

test.each([
  { FB_NOAUTH: 1 },
  { DISABLE_AUTH: 'yes' },
  { AUTH_DISABLED: true },
  { ALLOW_EMPTY_PASSWORD: 'yes' },
  { AUTH_ENABLED: false },
  { REQUIRE_AUTH: 'no' },
])('%j is refused', (env) => {
  expect(findingsOf(signInKept, [sampleApp('grafana')], { overrides: { grafana: { env } } })).toHaveLength(1);
});

test.each([
  { GF_AUTH_ANONYMOUS_ENABLED: false },
  { DISABLE_LOCAL_AUTH: true },
  { AUTH_ENABLED: true },
  { ANONYMOUS_TELEMETRY: true },
  { SMTP_AUTH_ENABLED: false },
  { APP_EMAIL_AUTH_REQUIRED: false },
  { BASIC_AUTH_ENABLED: false },
  { TWO_FACTOR_AUTH_REQUIRED: false },
  { SMTP_AUTH_DISABLED: true },
])('%j passes', (env) => {
  expect(findingsOf(signInKept, [sampleApp('grafana')], { overrides: { grafana: { env } } })).toEqual([]);
});

test('an app before which the sign-on server asks may leave it at that, and so may a definition', () => {
  const guarded = sampleApp('files', { route: { port: 'web', access: { groups: ['viewer'] } } });
  const own = sampleApp('notes', { env: () => ({ NO_AUTH: true }) });
  const services = [sampleEdge, sampleSignOn, guarded, own];
  expect(findingsOf(signInKept, services, { overrides: { files: { env: { FB_NOAUTH: true } } } })).toEqual([]);
});
