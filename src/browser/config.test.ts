import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from './config.ts';

const folder = await mkdtemp(join(tmpdir(), 'browser-config-'));
const tokenFile = join(folder, 'token');
await writeFile(tokenFile, 'a-token-that-is-long-enough\n');
const env = { BROWSER_LISTEN: '0.0.0.0:3000', BROWSER_METRICS: '[::1]:9464', BROWSER_TOKEN_FILE: tokenFile };

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('reads what the environment says', async () => {
  const config = await loadConfig({
    ...env,
    BROWSER_DOMAIN: 'Example.ORG',
    BROWSER_EDGE: 'caddy:443',
    BROWSER_INNER_TARGETS: 'planka:3000 10.0.0.7:80 [FD00::7]:8080',
  });
  expect(config).toMatchObject({
    listen: { host: '0.0.0.0', port: 3000 },
    metrics: { host: '::1', port: 9464 },
    token: 'a-token-that-is-long-enough',
    pages: 4,
    targets: { domain: 'example.org', edge: { host: 'caddy', port: 443 } },
  });
  expect([...config.targets.inner]).toEqual(['planka:3000', '10.0.0.7:80', 'fd00::7:8080']);
  expect(config.targets.isRefused('127.0.0.1')).toBe(true);
});

test.each([
  [{ BROWSER_LISTEN: 'everywhere' }, /BROWSER_LISTEN: such as/],
  [{ BROWSER_INNER_TARGETS: 'planka' }, /BROWSER_INNER_TARGETS/],
  [{ BROWSER_PAGES: '0' }, /BROWSER_PAGES/],
  [{ BROWSER_TOKEN_FILE: join(folder, 'none') }, /the token cannot be read/],
])('does not start with %j', async (wrong, message) => {
  await expect(loadConfig({ ...env, ...wrong })).rejects.toThrow(message);
});

test('does not start with a token that anybody may guess', async () => {
  await writeFile(join(folder, 'short'), 'secret');
  await expect(loadConfig({ ...env, BROWSER_TOKEN_FILE: join(folder, 'short') })).rejects.toThrow(/too short/);
});

test('does not start with a token that no request can show', async () => {
  await writeFile(join(folder, 'spaces'), 'a token that is long enough');
  await expect(loadConfig({ ...env, BROWSER_TOKEN_FILE: join(folder, 'spaces') })).rejects.toThrow(/no request can show/);
});
