import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { caddy } from '../catalog/edge/caddy.ts';
import { printImageLock } from '../images/image-lock.ts';
import { lock } from './lock.ts';

const entry = { digest: `sha256:${'1'.repeat(64)}`, locked: '2026-01-01T00:00:00Z' };
const declaration = 'name: test-lock\ndomain: test.home.arpa\nadmin: {name: anna, email: anna@example.org}\nservices: {caddy: {}}\n';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-lock-'));
  vi.stubEnv('DOCKER_HOST', `unix://${folder}/no.sock`);
  vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('where images are built here, entries of declared services stay and others are dropped', async () => {
  const [declared = '', left] = [caddy.image, 'gone:1'];
  await writeFile(join(folder, 'cluster.yaml'), `${declaration}images: debian\n`);
  await writeFile(join(folder, 'images.lock'), printImageLock({ [declared]: entry, [left]: entry }));
  const { signal } = new AbortController();
  expect(await lock({ cluster: folder, check: true }, signal)).toBe(2);
  expect(await lock({ cluster: folder }, signal)).toBe(0);
  expect(await readFile(join(folder, 'images.lock'), 'utf8')).toBe(printImageLock({ [declared]: entry }));
  expect(await lock({ cluster: folder, check: true }, signal)).toBe(0);
});
