import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { runOrFail } from '../../src/kit/process.ts';
import { datamancy, docker, succeed } from './support/command.ts';
import { clearCluster, containerOf } from './support/containers.ts';
import { baseImage } from './support/small-cluster.ts';

const name = `test-foreign-${process.pid}`;
const image = `datamancy-test/foreign:${process.pid}`;
let parent: string;
let folder: string;

const definition = `import { defineService, tcp, volume } from 'datamancy';
export const writer = defineService('writer', {
  title: 'Writer', summary: 'Writes into its volume.', docs: 'https://example.org/', licence: 'MIT', category: 'tools',
  image: ${JSON.stringify(image)},
  user: '1234:1235',
  ports: { main: tcp(PORT) },
  publish: ['main'],
  volumes: { data: volume('/srv/data', { role: 'data', backup: 'daily' }) },
  health: { command: ['sh', '-c', 'touch /srv/data/written'], startSeconds: 1 },
  limits: { memory: '64MiB', cpus: 0.5 },
});
`;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'datamancy-foreign-'));
  folder = join(parent, 'one');
  const dockerfile = `FROM ${await baseImage()}\nUSER root\nRUN mkdir -m 755 /srv/data\nCMD ["sleep", "infinity"]\n`;
  await runOrFail(['docker', 'build', '--tag', image, '-'], {
    input: dockerfile,
    env: { DOCKER_BUILDKIT: '0' },
    fix: 'look at the engine',
  });
  await mkdir(join(folder, 'services'), { recursive: true });
  await writeFile(join(folder, 'services/writer.ts'), definition.replace('PORT', String(await freePort())));
  const admin = { name: 'tester', email: 'tester@example.org' };
  const ports = { http: await freePort(), https: await freePort() };
  await writeFile(
    join(folder, 'cluster.yaml'),
    stringify({ name, domain: 'foreign.localhost', admin, images: 'upstream', ports, services: { writer: null } }),
  );
});

afterAll(async () => {
  await datamancy(folder, ['down', '--volumes']);
  await clearCluster(name);
  await docker('image', 'rm', '--force', image);
  await rm(parent, { recursive: true, force: true });
});

test('a volume of an image that expects to begin as root is given to the user that the unit runs as', async () => {
  await succeed(folder, ['up']);
  const { Id } = await containerOf(name, 'writer');
  expect(await docker('exec', Id, 'stat', '-c', '%u:%g', '/srv/data', '/srv/data/written')).toBe('1234:1235\n1234:1235');
});

test('a second folder with the same cluster name is refused, and the first keeps its units', async () => {
  const other = join(parent, 'two');
  await cp(folder, other, { recursive: true });
  const before = await containerOf(name, 'writer');
  for (const command of [['up'], ['down', '--volumes']]) {
    const { status, stderr } = await datamancy(other, command);
    expect(status).toBe(1);
    expect(stderr).toContain(`error[E_NAME_TAKEN]: a cluster named ${name} was started on this engine from another folder, ${folder}`);
  }
  expect((await containerOf(name, 'writer')).Id).toBe(before.Id);
});
