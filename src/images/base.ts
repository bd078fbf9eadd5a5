import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatamancyError } from '../kit/errors.ts';
import { run, runOrFail } from '../kit/process.ts';

export const baseRecipeName = 'base';

/** Host packages that building from Debian asks for, by their Debian names. */
const imageHostPackages: readonly string[] = ['mmdebstrap', 'debian-archive-keyring'];

/** What the base image is made of; part of every recipe's digest. Mirrors are not: they do not change what a package is. */
export const baseDescription = {
  suite: 'trixie',
  packages: ['ca-certificates', 'busybox', 'adduser'],
  /** SOURCE_DATE_EPOCH: with it two runs over the same archive state give the same bytes. */
  epoch: 1_760_000_000,
  tools: ['wget', 'nc'],
} as const;

/** Where this machine's own package manager fetches Debian from. */
export interface DebianMirrors {
  readonly main: string;
  readonly security: string;
}

/** Finds Debian's archives among the lines that {@link askAptForMirrors} prints; undefined on a host that has none. */
export function parseMirrors(indexTargets: string): DebianMirrors | undefined {
  const uris = new Map<string, string>();
  for (const line of indexTargets.split('\n')) {
    const [label = '', uri = ''] = line.split('|');
    if (uri && !uris.has(label)) uris.set(label, uri);
  }
  const main = uris.get('Debian');
  return main === undefined ? undefined : { main, security: uris.get('Debian-Security') ?? main };
}

async function askAptForMirrors(): Promise<DebianMirrors | undefined> {
  const { stdout } = await run(['apt-get', 'indextargets', '--format', '$(LABEL)|$(REPO_URI)', 'Created-By: Packages']);
  return parseMirrors(stdout);
}

/** The arguments for mmdebstrap that make the base tree from `mirrors` into the tar file `target`. */
export function mmdebstrapArguments(directory: string, mirrors: DebianMirrors, target: string): readonly [string, ...string[]] {
  const { suite, packages, tools } = baseDescription;
  const root = join(directory, 'root');
  return [
    'mmdebstrap',
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    '--skip=cleanup/apt/lists',
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=Acquire::GzipIndexes "true"',
    '--aptopt=APT::Install-Recommends "false"',
    `--dpkgopt=${join(root, 'etc/dpkg/dpkg.cfg.d/99datamancy')}`,
    `--customize-hook=sync-in '${root}' /`,
    ...tools.map((tool) => `--customize-hook=chroot "$1" ln -s /usr/bin/busybox /usr/local/bin/${tool}`),
    '--customize-hook=rm "$1/etc/apt/apt.conf.d/99mmdebstrap" "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap" "$1"/var/cache/apt/*.bin',
    suite,
    target,
    `deb ${mirrors.main} ${suite} main`,
    `deb ${mirrors.main} ${suite}-updates main`,
    `deb ${mirrors.main} ${suite}-backports main`,
    ...(mirrors.security === mirrors.main ? [] : [`deb ${mirrors.security} ${suite}-security main`]),
  ];
}

export interface MakeBaseOptions {
  readonly directory: string;
  readonly ref: string;
  readonly labels: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * Makes the base image with mmdebstrap from this machine's own mirrors and imports it as `ref`.
 * Gives false where the package manager knows no Debian mirror, so that the caller can build on a published base instead.
 */
export async function makeBase(options: MakeBaseOptions): Promise<boolean> {
  const mirrors = await askAptForMirrors();
  if (mirrors === undefined) return false;
  const workspace = await mkdtemp(join(tmpdir(), 'datamancy-base-'));
  const control = options.signal === undefined ? {} : { signal: options.signal };
  try {
    const archive = join(workspace, 'base.tar');
    await bootstrap(mmdebstrapArguments(options.directory, mirrors, archive), workspace, control);
    const changes = [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...options.labels.map((label) => `LABEL ${label}`),
    ];
    await runOrFail(['docker', 'import', ...changes.flatMap((change) => ['--change', change]), archive, options.ref], {
      ...control,
      ...(options.env === undefined ? {} : { env: options.env }),
      fix: 'see what the engine says above; "docker info" shows whether it runs',
    });
    return true;
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

async function bootstrap(
  argv: readonly [string, ...string[]],
  workspace: string,
  control: { readonly signal?: AbortSignal },
): Promise<void> {
  const result = await run(argv, { ...control, env: { SOURCE_DATE_EPOCH: String(baseDescription.epoch), TMPDIR: workspace } });
  if (result.status === 127) {
    throw new DatamancyError('E_HOST_MISSING', 'mmdebstrap is not installed, and images from Debian need it', {
      fix: `apt-get install --no-install-recommends ${imageHostPackages.join(' ')}`,
    });
  }
  if (result.status !== 0) throw buildFailure(baseRecipeName, result.stderr.split('\n'));
}

/** A failed build as an error: the image's name and the last 15 lines it printed; a full disk is named as such. */
export function buildFailure(name: string, lines: readonly string[]): DatamancyError {
  const words = lines
    .filter((line) => line.trim() !== '')
    .slice(-15)
    .join('\n');
  if (/no space left on device/i.test(words)) {
    return new DatamancyError('E_DISK_FULL', `the disk became full while image ${name} was built\n${words}`, {
      fix: 'free some space and run the command again; finished images are kept',
    });
  }
  return new DatamancyError('E_IMAGE_BUILD', `image ${name} could not be built; its last words:\n${words}`, {
    fix: 'see the last words; finished images are kept, so running the command again continues here',
  });
}
