import { fork } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { createEdgeClient } from '../../src/health/senses/edge.ts';
import { signIn } from '../../src/health/sign-in.ts';
import { drive } from './drive.ts';
import type { LoadResult } from './load.ts';

/** Two apps that are alike but for who may enter: at the first the edge asks the sign-on server about each request. */
export interface EdgeBench {
  readonly guarded: (seconds: number) => Promise<LoadResult>;
  readonly open: (seconds: number) => Promise<LoadResult>;
  readonly close: () => void;
}

/** What the bench knows of its cluster; `run` calls the program and gives what it printed. */
interface BenchCluster {
  readonly folder: string;
  readonly domain: string;
  readonly https: number;
  readonly http: number;
  readonly run: (...words: readonly string[]) => Promise<string>;
}

const connections = 16;

/** Adds both apps to the running cluster and signs its administrator in. `built` is the folder of the bundles. */
export async function startEdgeBench({ folder, domain, http, https, run }: BenchCluster, built: string): Promise<EdgeBench> {
  const image = await imageOf(folder, 'prometheus');
  await mkdir(join(folder, 'services'), { recursive: true });
  await writeFile(join(folder, 'services/guarded.ts'), definition('guarded', { groups: ['viewer'] }, image));
  await writeFile(join(folder, 'services/open.ts'), definition('open', { open: 'a benchmark' }, image));
  const file = join(folder, 'cluster.yaml');
  const declared = parse(await readFile(file, 'utf8')) as { readonly services: object };
  await writeFile(file, stringify({ ...declared, services: { ...declared.services, guarded: null, open: null } }));
  await run('up');

  const authority = (JSON.parse(await run('trust', '--json')) as { readonly pem: string }).pem;
  const password = (await run('secrets', 'show', 'admin.password')).trim();
  const edge = createEdgeClient({ bind: '127.0.0.1', http, https }, async () => Promise.resolve(authority));
  const portal = { host: `auth.${domain}`, url: `https://auth.${domain}:${https}` };
  const entered = await signIn(edge, portal, { name: 'admin', password }, AbortSignal.timeout(30_000));
  if (entered.kind !== 'in') throw new Error(`the benchmark could not sign in: ${entered.why}`);

  const load = fork(join(built, 'load.js'));
  const ask = (host: string) => async (seconds: number) =>
    drive(load, {
      port: https,
      path: '/-/healthy',
      headers: { host: `${host}.${domain}:${https}`, cookie: entered.cookie, accept: 'text/html' },
      tls: { servername: `${host}.${domain}`, authority },
      status: 200,
      connections,
      seconds,
    });
  return { guarded: ask('guarded'), open: ask('open'), close: () => void load.kill() };
}

async function imageOf(folder: string, service: string): Promise<string> {
  const releases = join(folder, '.datamancy/releases');
  const current = (await readFile(join(releases, 'current'), 'utf8')).trim();
  const compose = parse(await readFile(join(releases, current, 'compose.yaml'), 'utf8')) as {
    readonly services: Readonly<Record<string, { readonly image: string }>>;
  };
  return compose.services[service]?.image ?? '';
}

function definition(name: string, access: object, image: string): string {
  return `import { defineService, http, yaml } from 'datamancy';
export const app = defineService(${JSON.stringify(name)}, {
  title: ${JSON.stringify(name)}, summary: 'Answers quickly, for a benchmark.', docs: 'https://example.org/', licence: 'Apache-2.0',
  category: 'tools', image: ${JSON.stringify(image)}, user: '65534:65534', ports: { web: http(8080) },
  route: { port: 'web', access: ${JSON.stringify(access)} },
  health: { port: 'web', path: '/-/healthy' }, limits: { memory: '256MiB', cpus: 1 },
  command: () => ['--config.file=/etc/prometheus/bench.yml', '--storage.tsdb.path=/tmp/data', '--web.listen-address=0.0.0.0:8080'],
  files: { config: { path: '/etc/prometheus/bench.yml', content: () => yaml({ global: { scrape_interval: '1h' } }) } },
});
`;
}
