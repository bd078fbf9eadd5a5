import { randomBytes } from 'node:crypto';
import { sleep } from '../../kit/clock.ts';
import { run, type RunResult } from '../../kit/process.ts';

export interface ContainerOptions {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `source:target[:ro]`, a path or the name of a volume. */
  readonly mounts?: readonly string[];
  readonly network?: string;
  readonly name?: string;
}

/** One container under every restriction that a cluster puts on a service; removed with what it made by `remove`. */
export interface HardenedContainer {
  readonly name: string;
  exec(...argv: readonly string[]): Promise<RunResult>;
  /** Waits until the command succeeds in the container; gives its output, or throws with what the container printed. */
  answer(...argv: readonly string[]): Promise<string>;
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

const restrictions = [
  '--cap-drop=ALL',
  '--read-only',
  '--security-opt=no-new-privileges',
  '--tmpfs=/tmp',
  '--memory=512m',
  '--pids-limit=200',
];
const patienceMs = 180_000;

export async function startHardened(options: ContainerOptions): Promise<HardenedContainer> {
  const name = options.name ?? `imagetest-${randomBytes(4).toString('hex')}`;
  const settings = [
    ...Object.entries(options.env ?? {}).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...(options.mounts ?? []).flatMap((mount) => ['--volume', mount]),
    ...(options.network === undefined ? [] : ['--network', options.network]),
  ];
  await docker('run', '--detach', '--name', name, ...restrictions, ...settings, options.image, ...(options.args ?? []));
  return {
    name,
    exec: (...argv) => run(['docker', 'exec', name, ...argv]),
    answer: (...argv) => answer(name, argv),
    kill: async () => void (await run(['docker', 'kill', '--signal', 'KILL', name])),
    start: async () => void (await docker('start', name)),
    remove: async () => void (await run(['docker', 'rm', '--force', '--volumes', name])),
  };
}

async function answer(name: string, argv: readonly string[]): Promise<string> {
  const start = Date.now();
  for (;;) {
    const result = await run(['docker', 'exec', name, ...argv]);
    if (result.status === 0) return result.stdout;
    if (Date.now() - start > patienceMs || / is not running/.test(result.stderr)) {
      const logs = await run(['docker', 'logs', '--tail', '20', name]);
      throw new Error(`${name} never answered ${argv.join(' ')}: ${result.stderr}\n${logs.stdout}\n${logs.stderr}`);
    }
    await sleep(200);
  }
}

/** The output of one docker command that must succeed. */
export async function docker(...argv: readonly string[]): Promise<string> {
  const result = await run(['docker', ...argv]);
  if (result.status !== 0) throw new Error(`docker ${argv.slice(0, 2).join(' ')}: ${result.stderr}`);
  return result.stdout;
}
