import { expect, test } from 'vitest';
import { secret } from '../../contracts/index.ts';
import { file } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleSecret, sampleStack } from '../sample.ts';
import { credentialInClear } from './credential-in-clear.ts';

function foundFor(env: Readonly<Record<string, string | number | boolean>>): readonly string[] {
  return findingsOf(credentialInClear, [sampleApp('planka')], { overrides: { planka: { env } } });
}

test('a password that the owner wrote into cluster.yaml is refused', () => {
  expect(problemsOf([sampleApp('planka')], { overrides: { planka: { env: { ADMIN_PASSWORD: 'Tr0ub4dor&3' } } } })).toEqual([
    'credential-in-clear planka: its variable ADMIN_PASSWORD holds a credential in clear; write ADMIN_PASSWORD: {secret: adminPassword}, and give it its value: datamancy secrets set planka.adminPassword < file',
  ]);
});

test('a name too long for a secret, or that another has, is cut to its end', () => {
  const service = sampleApp('planka', { needs: { mailToken: secret({ kind: 'password' }) } });
  const overrides = { planka: { env: { THE_OTHER_PROVIDERS_API_TOKEN: 'sk-abcdef', MAIL_TOKEN: 'abcdef' } } };
  expect(findingsOf(credentialInClear, [service], { overrides })).toEqual([
    expect.stringContaining('{secret: providersApiToken}, and give it its value: datamancy secrets set planka.providersApiToken < file'),
    expect.stringContaining('{secret: token}'),
  ]);
});

test('one that the owner gives the store, and names here, is asked for and passes', () => {
  const options = { overrides: { planka: { env: { ADMIN_PASSWORD: sampleSecret('planka.adminPassword') } } } };
  expect(problemsOf([sampleApp('planka')], options)).toEqual([]);
  expect(sampleStack([sampleApp('planka')], options).secrets).toEqual([
    { id: 'planka.adminPassword', spec: { kind: 'supplied', about: 'ADMIN_PASSWORD of planka' } },
  ]);
});

test('where the definition has a secret there, its value is set in its place', () => {
  const needs = { admin: secret({ kind: 'password' }) };
  const plain = sampleApp('planka', { needs, env: () => ({ ADMIN_PASSWORD: sampleSecret('planka.admin') }) });
  const asFile = sampleApp('planka', { needs, env: () => ({ ADMIN_PASSWORD_FILE: file(sampleSecret('planka.admin')) }) });
  for (const service of [plain, asFile])
    expect(findingsOf(credentialInClear, [service], { overrides: { planka: { env: { ADMIN_PASSWORD: 'Tr0ub4dor&3' } } } })).toEqual([
      'planka: its variable ADMIN_PASSWORD holds a credential in clear; take it out, and give the value to the secret that it stands for: datamancy secrets set planka.admin < file',
    ]);
});

test('where what is there is granted, or opens stored data, nothing else can take its place', () => {
  const needs = { key: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }) };
  const service = sampleApp('planka', { needs, env: () => ({ SECRET_KEY: sampleSecret('planka.key') }) });
  expect(findingsOf(credentialInClear, [service], { overrides: { planka: { env: { SECRET_KEY: 'abcdef' } } } })).toEqual([
    'planka: its variable SECRET_KEY holds a credential in clear; take it out: its own, planka.key, stands there then',
  ]);
});

test('a definition is held to the same', () => {
  expect(findingsOf(credentialInClear, [sampleApp('planka', { env: () => ({ API_KEY: 'sk-abcdef' }) })])).toEqual([
    "planka: its variable API_KEY holds a credential in clear; ask for it under needs: secret({ kind: 'password' }), or of the kind 'supplied' where only the owner has it",
  ]);
});

test.each([
  { DB_PASSWD: 'abcdef' },
  { SMTP_PASS: 'abcdef' },
  { AWS_SECRET_ACCESS_KEY: 'abcdef' },
  { APP_KEY: 'base64:abcdef' },
  { CLIENT_SECRET: 'abcdef' },
  { BOT_TOKEN: '110201543:AAHdqTcvCH1v' },
  { OPENAI_API_KEY: 'sk-1' },
  { OPENAI_APIKEY: 'sk-1' },
  { SECRET_KEY: 'abc' },
  { MAIL_PASSWORD: 48_151_623 },
  { app__password: 'abcdef' },
])('%j is refused', (env) => {
  expect(foundFor(env)).toHaveLength(1);
});

test.each([
  { ADMIN_PASSWORD: '' },
  { ADMIN_PASSWORD_FILE: '/run/secrets/planka.admin' },
  { PASSWORD_MIN_LENGTH: 12 },
  { RESET_PASSWORD: true },
  { SECRET: 'false' },
  { REFRESH_TOKEN: '15m' },
  { MAX_TOKEN: 4096 },
  { TOKEN_URL: 'https://auth.example.org/token' },
  { ACCESS_TOKEN: 'https://auth.example.org/token' },
  { API_KEY_ENABLED: 'yes' },
  { GF_DATABASE_PASSWORD: '$__file{/run/secrets/x}' },
  { SORT_KEY: 'created' },
  { S3_ACCESS_KEY: 'AKIAIOSFODNN7' },
  { RETRY_PASS: 2 },
  { OPENAI_API_KEY: 'EMPTY' },
  { OPENAI_API_KEY: 'dummy' },
  { OPENAI_API_KEY: 'not-needed' },
  { RESET_PASSWORD: 'disabled' },
  { PROXY_PASS: 'backend' },
  { CSRF_TOKEN: 'X-CSRF' },
  { SESSION_TOKEN: 'cookie' },
  { COOKIE_SECRET: 'auto' },
  { VITE_MAPBOX_TOKEN: 'pk.eyJ1Ijoi' },
  { NEXT_PUBLIC_API_KEY: 'pk_live_51H' },
])('%j passes', (env) => {
  expect(foundFor(env)).toEqual([]);
});

test('one that everybody knows, and a placeholder, are told as what they are', () => {
  expect(foundFor({ ADMIN_PASSWORD: 'admin', BOT_TOKEN: 'CHANGEME' })).toEqual([]);
});
