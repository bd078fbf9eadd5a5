import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lookAtEngine, socketOf } from './look.ts';
import { askRegistry } from './registry.ts';

const digest = `sha256:${'1'.repeat(64)}`;
let directory: string;
let host: string;
let close: () => void;
let onAsked: RequestListener;

/** An engine that answers whoever asks for an image as the test says. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'datamancy-look-'));
  const socket = join(directory, 'engine.sock');
  host = `unix://${socket}`;
  const server = createServer((request, response) => {
    if (request.url?.includes('/distribution/')) onAsked(request, response);
    else response.setHeader('content-type', 'application/json').end('{"Version":"20.10.24","ApiVersion":"1.41"}');
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  close = () => server.close();
  onAsked = (_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ Descriptor: { digest } }));
  vi.stubEnv('DOCKER_HOST', host);
  vi.stubEnv('DOCKER_CONFIG', directory);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  close();
  await rm(directory, { recursive: true });
});

test('a registry that answers is seen, and an engine that hangs up over the question has none', async () => {
  expect(await lookAtEngine('ghcr.io/a:1')).toEqual({ registryAnswers: true, probesStart: false });
  onAsked = ({ socket }) => socket.destroy();
  expect(await lookAtEngine('ghcr.io/a:1')).toEqual({ registryAnswers: false, probesStart: false });
});

test('the time that a credential helper takes is not taken from the registry', async () => {
  const helper = join(directory, 'docker-credential-slow');
  await writeFile(helper, '#!/bin/sh\nsleep 3\nexit 1\n');
  await chmod(helper, 0o755);
  await writeFile(join(directory, 'config.json'), '{"credsStore":"slow"}');
  vi.stubEnv('PATH', `${directory}${delimiter}${process.env['PATH'] ?? ''}`);
  expect(await askRegistry({ address: { host } }, 'ghcr.io/a:1', 2500)).toEqual({ digest });
});

test.each([
  ['unix:///run/user/1000/docker.sock', '/run/user/1000/docker.sock'],
  ['unix:///run/user/1000/podman/podman.sock', '/run/user/1000/podman/podman.sock'],
  ['unix:///run/podman/podman.sock', '/run/podman/podman.sock'],
  ['unix:///var/run/docker.sock', undefined],
  ['unix:///home/anna/.docker/desktop/docker.sock', undefined],
  ['unix:///tmp/forwarded.sock', undefined],
  ['tcp://10.0.0.1:2376', undefined],
])('the socket of the engine at %s is on this machine at %s', (address, expected) => {
  expect(socketOf(address)).toBe(expected);
});
