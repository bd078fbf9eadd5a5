import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../src/catalog/index.ts';
import { renderCompose } from '../../src/render/compose.ts';
import type { Service } from '../../src/service/index.ts';
import { containerPlacement, usualEngineSocket } from '../../src/stack/placement.ts';
import { resolveGolden } from './golden-stack.ts';
import { smallestCluster } from './smallest-cluster.ts';

const services: readonly Service[] = Object.values(catalog);
const doors = services.filter(({ hostPaths = [] }) => hostPaths.some(({ path }) => path.endsWith('.sock'))).map(({ name }) => name);

test.each(doors)('%s gets the socket of the engine that the cluster runs on', (name) => {
  const engineSocket = '/run/user/1000/docker.sock';
  const stack = resolveGolden(smallestCluster(name), { ...containerPlacement, engineSocket });
  const digests = Object.fromEntries(stack.services.map((service) => [service.name, '0']));
  const unit = parse(renderCompose(stack, { release: 1, digests })).services[name];
  expect(unit.volumes).toContainEqual(expect.objectContaining({ source: engineSocket, target: usualEngineSocket }));
});

test('there are such services', () => {
  expect(doors).toContain('docker-socket-proxy');
});
