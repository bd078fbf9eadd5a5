import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../../../src/kit/testing/free-port.ts';
import { buildImages } from '../../../src/images/build.ts';
import { imageRef, readRecipes } from '../../../src/images/recipe.ts';
import { datamancy } from './command.ts';
import { clearCluster } from './containers.ts';

/** One service of a test's own: a shell script in the base image. */
export interface SmallUnit {
  readonly script: string;
  /** Shell command that is its healthcheck. */
  readonly health?: string;
  /** Published on this machine; a free one where absent. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A cluster of a few services, whose declaration a test may rewrite at any time. */
export interface SmallCluster {
  readonly name: string;
  readonly folder: string;
  readonly declare: (units: Readonly<Record<string, SmallUnit>>) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** A unit that does nothing, well. */
export const calm: SmallUnit = { script: 'echo ready; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done' };

/** `inside` is the folder to put it in; a new one of its own where absent. */
export async function smallCluster(purpose: string, inside?: string): Promise<SmallCluster> {
  const name = `test-${purpose}-${process.pid}`;
  const folder = inside ?? (await mkdtemp(join(tmpdir(), `datamancy-${purpose}-`)));
  const image = await baseImage();
  const [http, https] = [await freePort(), await freePort()];
  const ports = new Map<string, number>();
  await mkdir(join(folder, 'services'), { recursive: true });
  return {
    name,
    folder,
    declare: async (units) => {
      await rm(join(folder, 'services'), { recursive: true, force: true });
      await mkdir(join(folder, 'services'));
      for (const [service, unit] of Object.entries(units)) {
        const port = unit.port ?? ports.get(service) ?? (await freePort());
        if (unit.port === undefined) ports.set(service, port);
        await writeFile(join(folder, 'services', `${service}.ts`), definition(service, { ...unit, port }, image));
      }
      const services = Object.fromEntries(Object.keys(units).map((service) => [service, null]));
      const admin = { name: 'tester', email: 'tester@example.org' };
      const choices = { images: 'debian', runtime: 'compose', ports: { http, https } };
      await writeFile(join(folder, 'cluster.yaml'), stringify({ name, domain: 'small.localhost', admin, ...choices, services }));
    },
    remove: async () => {
      await datamancy(folder, ['down', '--volumes']);
      await clearCluster(name);
      if (inside === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function definition(name: string, { script, health = 'kill -0 1', port = 0, env = {} }: SmallUnit, image: string): string {
  const spec = {
    title: name,
    summary: 'A service of a test.',
    docs: 'https://example.org/',
    licence: 'Apache-2.0',
    category: 'tools',
    image,
    user: '1000:1000',
    health: { command: ['sh', '-c', health], startSeconds: 1 },
    limits: { memory: '64MiB', cpus: 0.5 },
    stopSeconds: 1,
  };
  const made = `command: () => ${JSON.stringify(['sh', '-c', script])}, env: () => (${JSON.stringify(env)})`;
  return `import { defineService, tcp } from 'datamancy';
export const unit = defineService(${JSON.stringify(name)}, { ...${JSON.stringify(spec)}, ports: { main: tcp(${port}) }, publish: ['main'], ${made} });
`;
}

/** The image with nothing but a shell that all others are built on. */
export async function baseImage(): Promise<string> {
  const cluster = 'imagetest';
  const recipes = await readRecipes(join(import.meta.dirname, '../../..'), ['base']);
  await buildImages({ recipes, cluster });
  return recipes.map((recipe) => imageRef(cluster, recipe)).join();
}
