import { statfs } from 'node:fs/promises';
import { DatamancyError } from '../kit/errors.ts';
import { run, type RunResult } from '../kit/process.ts';

export interface EngineAccess {
  /** Environment for the docker client: PATH, DOCKER_HOST, DOCKER_CONFIG … on top of our own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Every image of ours on the engine, whatever cluster it was built for, as `repository:tag`. */
export async function listOurImages(access: EngineAccess): Promise<readonly string[]> {
  const listed = await ask(
    ['docker', 'image', 'ls', '--filter', 'reference=datamancy/*/*', '--format', '{{.Repository}}:{{.Tag}}'],
    access,
  );
  return listed.stdout.split('\n').filter((line) => line !== '');
}

/** Free bytes where the engine keeps images; undefined where that disk is not this machine's. */
export async function freeBytesOnEngine(access: EngineAccess): Promise<number | undefined> {
  const { stdout } = await ask(['docker', 'info', '--format', '{{.DockerRootDir}}'], access);
  try {
    const { bavail, bsize } = await statfs(stdout.trim());
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Whether the client can build with BuildKit; without the buildx plugin the engine's older builder does the work. */
export async function hasBuildx(access: EngineAccess): Promise<boolean> {
  return (await run(['docker', 'buildx', 'version'], access)).status === 0;
}

async function ask(argv: readonly [string, ...string[]], access: EngineAccess): Promise<RunResult> {
  const result = await run(argv, access);
  access.signal?.throwIfAborted();
  if (result.status === 127) {
    throw new DatamancyError('E_HOST_MISSING', 'the docker client is not installed', {
      fix: 'run "npm start", which installs it, or install docker.io',
    });
  }
  if (result.status !== 0) {
    throw new DatamancyError('E_ENGINE_UNREACHABLE', `the container engine does not answer: ${result.stderr.trim()}`, {
      fix: 'start the engine, or point DOCKER_HOST at the one to use',
    });
  }
  return result;
}
