// @ts-check
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptFailure } from './apt.js';
import { SetupError, tryRun } from './command.js';
import { dockerFolder } from './engine.js';
import { dataFolder, distribution, findProgram } from './machine.js';

/** @typedef {{ readonly name: 'compose' | 'buildx', readonly found: string | undefined }} Plugin `found`: its version, if it is new enough */

const oldestCompose = [2, 20];
const suite = 'trixie';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** @returns {Promise<Plugin[]>} */
export async function findPlugins() {
  if (findProgram('docker') === undefined)
    return [
      { name: 'compose', found: undefined },
      { name: 'buildx', found: undefined },
    ];
  const [compose, buildx] = await Promise.all([
    tryRun(['docker', 'compose', 'version', '--short']),
    tryRun(['docker', 'buildx', 'version']),
  ]);
  const version = compose.status === 0 ? compose.stdout.trim() : '';
  return [
    { name: 'compose', found: isNewEnough(version) ? version : undefined },
    { name: 'buildx', found: buildx.status === 0 ? buildx.stdout.trim() : undefined },
  ];
}

/** @param {string} version */
export function isNewEnough(version) {
  const [major = Number.NaN, minor = Number.NaN] = version.replace(/^v/, '').split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = oldestCompose;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * Takes the plugins out of Debian 13's packages, which apt fetches and verifies with Debian's keys into a folder of its own:
 * the machine's packages and apt's lists stay as they are. They go into the project's data folder, and links to them where the
 * docker program looks. Needs no root.
 * @param {readonly ('compose' | 'buildx')[]} names
 * @param {import('./apt.js').Tell} tell
 * @param {NodeJS.ProcessEnv} env
 */
export async function installPlugins(names, tell, env = process.env) {
  const work = await mkdtemp(join(tmpdir(), 'datamancy-apt-'));
  try {
    await chmod(work, 0o755);
    const options = await privateApt(work, await debianMirror());
    tell("reading Debian 13's package list", 0.1);
    await apt([...options, 'update'], work);
    tell('fetching', 0.5);
    await apt([...options, 'download', ...names.map((name) => `docker-${name}`)], work);
    tell('unpacking', 0.8);
    for (const file of (await readdir(work)).filter((entry) => entry.endsWith('.deb'))) {
      const unpacked = await tryRun(['dpkg-deb', '-x', join(work, file), join(work, 'unpacked')]);
      if (unpacked.status !== 0) throw aptFailure(`unpacking ${file}`, unpacked.output);
    }
    for (const name of names) await place(join(work, 'unpacked/usr/libexec/docker/cli-plugins', `docker-${name}`), `docker-${name}`, env);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The mirror that this machine's apt takes Debian itself from. */
async function debianMirror() {
  const format = '$(ORIGIN) $(CODENAME) $(REPO_URI)';
  const targets = await tryRun(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages']);
  const mirror = mirrorOf(targets.stdout, distribution().codename);
  if (mirror !== undefined) return mirror;
  throw new SetupError('this machine’s apt has no Debian mirror with package lists', 'run "apt-get update" as root, then run this again');
}

/**
 * @param {string} targets lines of origin, code name and address
 * @param {string} codename
 */
export function mirrorOf(targets, codename) {
  const lines = targets.split('\n').map((line) => line.split(' '));
  return lines.find(([origin, name]) => origin === 'Debian' && name === codename)?.[2];
}

/** @param {string} folder @param {string} mirror */
async function privateApt(folder, mirror) {
  const sources = join(folder, 'debian13.sources');
  const stanza = { Types: 'deb', URIs: mirror, Suites: suite, Components: 'main', 'Signed-By': keyring };
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  await mkdir(join(folder, 'archives/partial'), { recursive: true });
  await writeFile(
    sources,
    Object.entries(stanza)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  );
  const settings = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::Cache::archives': join(folder, 'archives'),
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'Acquire::AllowInsecureRepositories': 'false',
    'APT::Get::AllowUnauthenticated': 'false',
    'APT::Update::Error-Mode': 'any',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

/** @param {readonly string[]} args @param {string} cwd */
async function apt(args, cwd) {
  const result = await tryRun(['apt-get', ...args], { cwd, env: { ...process.env, LC_ALL: 'C' } });
  if (result.status !== 0) throw aptFailure('fetching Compose and buildx from Debian 13', result.output);
}

/**
 * @param {string} from @param {string} file @param {NodeJS.ProcessEnv} env
 */
async function place(from, file, env) {
  const own = join(dataFolder(), 'cli-plugins', file);
  const link = join(dockerFolder(env), 'cli-plugins', file);
  const there = lstatSync(link, { throwIfNoEntry: false });
  const isOurs = there?.isSymbolicLink() === true && (readlinkSync(link) === own || !existsSync(link));
  if (there !== undefined && !isOurs) {
    throw new SetupError(
      `${link} is there already and is too old or does not run`,
      'bring it up to date or remove it, then run this again',
    );
  }
  await mkdir(join(own, '..'), { recursive: true });
  await mkdir(join(link, '..'), { recursive: true });
  await copyFile(from, `${own}.new`);
  await chmod(`${own}.new`, 0o755);
  await rename(`${own}.new`, own);
  await rm(link, { force: true });
  await symlink(own, link);
}
