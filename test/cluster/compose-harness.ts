import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { systemCode } from '../../src/kit/errors.ts';
import { runOrFail } from '../../src/kit/process.ts';
import { composeRuntime } from '../../src/runtime/compose.ts';
import { label } from '../../src/runtime/container-unit.ts';
import { connectEngine } from '../../src/runtime/engine.ts';
import type { Release } from '../../src/runtime/runtime.ts';
import type { RuntimeHarness, UnitSpec } from '../conformance/runtime.ts';

const image = 'rt-busybox:1';

/** More than the suite needs: a unit may be given any key of a compose service. */
export interface ContainerSpec extends UnitSpec {
  readonly compose?: Readonly<Record<string, unknown>>;
}

export interface ComposeHarness extends RuntimeHarness {
  readonly makeRelease: (number: number, specs: readonly ContainerSpec[]) => Promise<Release>;
  readonly project: string;
  /** The docker client on the same engine. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
}

/** A cluster of its own on the real engine, of units that are a shell from Debian's static busybox. */
export async function composeHarness(cluster: string): Promise<ComposeHarness> {
  const engine = await connectEngine();
  const folder = await mkdtemp(join(tmpdir(), 'rt-'));
  const docker = async (...args: readonly string[]): Promise<string> =>
    runOrFail(['docker', ...args], { env: engine.environment, fix: 'look at the engine' });
  await makeImage(folder, docker);
  const runtime = composeRuntime({ cluster, engine });
  return {
    runtime,
    docker,
    project: `datamancy-${cluster}`,
    makeRelease: async (number, specs) => {
      const digests = Object.fromEntries(specs.map((spec) => [spec.name, createHash('sha256').update(JSON.stringify(spec)).digest('hex')]));
      const directory = join(folder, 'releases', String(number));
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'compose.yaml'), stringify(composeFile(cluster, number, specs, digests)));
      return { number, directory, services: Object.fromEntries(Object.entries(digests).map(([name, digest]) => [name, { digest }])) };
    },
    programs: {
      copy: ['cat'],
      complain: ['sh', '-c', 'echo out; echo err >&2; exit 3'],
      remember: (word) => ['sh', '-c', `printf %s "$1" > /data/word`, 'sh', word],
      recall: ['sh', '-c', 'cat /data/word 2>/dev/null || true'],
    },
    kill: async (service) => {
      const pid = await docker('inspect', '--format', '{{.State.Pid}}', `datamancy-${cluster}-${service}-1`);
      process.kill(Number(pid.trim()), 'SIGKILL');
    },
    dispose: async () => {
      await runtime.down({ volumes: true }, new AbortController().signal);
      await rm(folder, { recursive: true });
    },
  };
}

async function makeImage(folder: string, docker: ComposeHarness['docker']): Promise<void> {
  if ((await docker('image', 'ls', '-q', image)).trim() !== '') return;
  const root = join(folder, 'root');
  await chmod(folder, 0o755);
  await runOrFail(['apt-get', 'download', 'busybox-static'], { cwd: folder, fix: 'run apt-get update' });
  const archive = (await readdir(folder)).find((file) => file.endsWith('.deb')) ?? '';
  await runOrFail(['dpkg-deb', '-x', archive, root], { cwd: folder, fix: 'look at the package' });
  for (const applet of ['sh', 'cat', 'sleep', 'tail', 'printf']) await symlink('busybox', join(root, 'bin', applet));
  await mkdir(join(root, 'data'));
  const tar = join(folder, 'root.tar');
  await runOrFail(['tar', '-C', root, '--owner=1000', '--group=1000', '-cf', tar, 'bin', 'data'], { fix: 'look at the disk' });
  await docker('import', '--change', 'ENV PATH=/bin', tar, image);
}

function composeFile(cluster: string, number: number, specs: readonly ContainerSpec[], digests: Readonly<Record<string, string>>): object {
  const labels = { [label.cluster]: cluster };
  return {
    networks: { apps: { labels } },
    volumes: Object.fromEntries(specs.map(({ name }) => [`${name}-data`, { labels }])),
    services: Object.fromEntries(
      specs.map(({ name, prints = [], healthy = true, healthOutput = '', compose = {} }) => [
        name,
        {
          image,
          pull_policy: 'never',
          user: '1000:1000',
          init: true,
          restart: 'unless-stopped',
          stop_grace_period: '2s',
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          deploy: { resources: { limits: { memory: '33554432', cpus: '0.5', pids: 20 } } },
          logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
          command: ['sh', '-c', 'printf %s "$$1"; exec sleep 1000000', 'sh', prints.map((line) => `${line}\n`).join('')],
          healthcheck: {
            test: ['CMD', 'sh', '-c', `printf %s "$$1"; exit ${healthy ? 0 : 1}`, 'sh', healthOutput],
            interval: '300ms',
            timeout: '30s',
            retries: 1,
          },
          volumes: [{ type: 'volume', source: `${name}-data`, target: '/data' }],
          networks: ['apps'],
          labels: { ...labels, [label.service]: name, [label.release]: String(number), [label.digest]: digests[name] },
          ...compose,
        },
      ]),
    ),
  };
}

/** Kills every client of the compose project as `kill -9` does; says how many there were. */
export async function killComposeClients(project: string): Promise<number> {
  let killed = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (!argv.includes('compose') || argv[argv.indexOf('-p') + 1] !== project) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
      killed++;
    } catch (cause) {
      if (systemCode(cause) !== 'ESRCH') throw cause;
    }
  }
  return killed;
}
