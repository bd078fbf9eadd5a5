import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** scripts/ is plain JavaScript, since it runs before any package is there; its parts arrive here without types. */
async function load(name: string) {
  return await import(`./parts/${name}.js`);
}

const {
  absentOptionals,
  aptFailure,
  aptProgress,
  describePlan,
  engineCandidates,
  enginePackages,
  groupSteps,
  isAtLeast,
  isNewEnough,
  isSameTree,
  mirrorOf,
  missingPackages,
  npmFix,
  planSetup,
  platformOf,
  readDistribution,
} = await load('setup');

const debian12 = { id: 'debian', version: 12, codename: 'bookworm', name: 'Debian 12' };
const debian13 = { id: 'debian', version: 13, codename: 'trixie', name: 'Debian 13' };
const silent = {
  found: false,
  host: 'unix:///var/run/docker.sock',
  why: 'the system engine',
  chosen: false,
  reason: 'no such socket',
  denied: false,
};
const bare = {
  answer: silent,
  hasProgram: false,
  hasDaemon: false,
  isMember: true,
  user: 'ana',
  plugins: [
    { name: 'compose', found: undefined },
    { name: 'buildx', found: undefined },
  ],
};
const fresh = { npm: 'missing', system: debian12, rights: 'root', hasApt: true, packages: [], freeMegabytes: 50_000, engine: bare };
const complete = {
  ...bare,
  answer: { found: true, host: silent.host, why: silent.why, version: '26', limits: true },
  hasProgram: true,
  hasDaemon: true,
  plugins: bare.plugins.map((plugin) => ({ ...plugin, found: '2.26.1' })),
};

interface Step {
  readonly kind: string;
  readonly title: string;
}

function titles(findings: object): readonly string[] {
  return planSetup(findings).steps.map((step: Step) => `${step.kind}: ${step.title}`);
}

describe('the plan', () => {
  it('is empty where nothing is missing', () => {
    const plan = planSetup({ ...fresh, npm: 'there', rights: 'none', engine: complete });
    expect(plan).toEqual({ steps: [], problems: [] });
    expect(describePlan(plan, 'none')).toEqual([]);
  });

  it('on a bare Debian 12 installs the engine with apt and takes the plugins from Debian 13', () => {
    expect(titles(fresh)).toEqual([
      'npm: the npm packages',
      'apt: docker.io iptables',
      'plugins: docker compose and docker buildx',
      'start: start Docker Engine',
    ]);
  });

  it('on a bare Debian 13 installs everything with apt', () => {
    expect(titles({ ...fresh, system: debian13 })).toEqual([
      'npm: the npm packages',
      'apt: docker.io iptables',
      'apt: docker-cli',
      'apt: docker-compose',
      'apt: docker-buildx',
      'start: start Docker Engine',
    ]);
  });

  it('only starts an engine that is installed and silent', () => {
    expect(titles({ ...fresh, npm: 'there', engine: { ...complete, answer: silent } })).toEqual(['start: start Docker Engine']);
  });

  it('wants no engine and no root for the tests that need none', () => {
    const { engine: _, ...withoutEngine } = fresh;
    expect(planSetup({ ...withoutEngine, rights: 'none' })).toMatchObject({ steps: [{ kind: 'npm' }], problems: [] });
  });

  it('never replaces an engine that the owner chose', () => {
    const chosen = { ...silent, host: 'tcp://10.0.0.9:2375', why: 'DOCKER_HOST', chosen: true };
    const plan = planSetup({ ...fresh, engine: { ...bare, answer: chosen } });
    expect(plan.steps.map((step: Step) => step.kind)).toEqual(['npm']);
    expect(plan.problems).toEqual([
      {
        what: 'DOCKER_HOST names the engine tcp://10.0.0.9:2375, which does not answer: no such socket',
        fix: 'start that engine, or choose another (DOCKER_HOST)',
        forEngine: false,
      },
    ]);
  });

  it('says what root must do where there is neither root nor sudo', () => {
    const [problem] = planSetup({ ...fresh, rights: 'none', engine: { ...bare, isMember: false } }).problems;
    expect(problem.forEngine).toBe(true);
    expect(problem.fix).toBe(
      'as root: apt-get install --no-install-recommends docker.io iptables && service docker start && usermod -aG docker ana',
    );
  });

  it('adds a user who is refused to the group docker, and says what that means', () => {
    const denied = { ...complete, answer: { ...silent, denied: true }, isMember: false };
    const plan = planSetup({ ...fresh, npm: 'there', rights: 'sudo', engine: denied });
    expect(plan.steps.map((step: Step) => step.kind)).toEqual(['member']);
    expect(describePlan(plan, 'sudo').join('\n')).toContain('whoever may use it can become root');
  });

  it('refuses a disk that is too small, with the figures', () => {
    const [problem] = planSetup({ ...fresh, freeMegabytes: 900 }).problems;
    expect(problem.what).toMatch(/^the disk is too small: 900 MB are free, about \d{4} MB are needed$/);
    expect(problem.forEngine).toBe(false);
  });

  it('admits that it does not know a system', () => {
    const system = readDistribution('ID=gentoo\nPRETTY_NAME="Gentoo Linux"\n');
    const [problem] = planSetup({ ...fresh, system }).problems;
    expect(problem.what).toBe('Gentoo Linux: how to install Docker Engine and its docker program here is not known');
  });

  it('is told before it is done, each thing with its reason and size', () => {
    const lines = describePlan(planSetup(fresh), 'sudo-asks');
    expect(lines[0]).toBe('Missing on this machine:');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}docker\.io iptables +260 MB {2}Docker Engine, which runs the containers$/));
    expect(lines.at(-2)).toMatch(/^In all about \d+ MB of disk\. .*sudo, which may ask for your password\.$/);
  });

  it('runs apt once for all packages', () => {
    const groups = groupSteps(planSetup({ ...fresh, system: debian13 }).steps);
    expect(groups.map((group: Step) => group.kind)).toEqual(['npm', 'apt', 'start']);
    expect(groups[1].names).toEqual(['docker.io', 'iptables', 'docker-cli', 'docker-compose', 'docker-buildx']);
  });
});

describe('the machine', () => {
  it('reads which system it is, and takes an unreleased Debian as newer than every release', () => {
    expect(readDistribution('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')).toMatchObject({ id: 'debian', version: 12 });
    expect(enginePackages(readDistribution('ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n')).plugins.compose).toBe(
      'docker-compose',
    );
  });

  it('needs either browser but not both', () => {
    expect(
      missingPackages(['tests'], debian12, (shownBy: string) => ['chromium', 'certutil'].includes(shownBy) || shownBy.startsWith('/')),
    ).toEqual([]);
    const names = missingPackages(['tests', 'process'], debian12, () => false).map((item: { name: string }) => item.name);
    expect(names).toContain('redis-server');
    expect(names).not.toContain('ntfy');
  });

  it('looks for an engine where DOCKER_HOST, the context, the system and the user have one', () => {
    const read = (path: string) =>
      path.endsWith('config.json') ? '{"currentContext":"lab"}' : '{"Endpoints":{"docker":{"Host":"ssh://lab.example.org"}}}';
    const hosts = (env: object, file: (path: string) => string | undefined = () => undefined) =>
      engineCandidates(env, file).map((candidate: { host: string }) => candidate.host);
    expect(hosts({ DOCKER_HOST: 'tcp://10.0.0.9:2375' }, read)).toEqual(['tcp://10.0.0.9:2375']);
    expect(hosts({}, read)).toEqual(['ssh://lab.example.org']);
    expect(hosts({ XDG_RUNTIME_DIR: '/run/user/7' })).toEqual(['unix:///var/run/docker.sock', 'unix:///run/user/7/docker.sock']);
    expect(hosts({}, () => '{ damaged')).toEqual(['unix:///var/run/docker.sock']);
  });

  it('accepts Compose 2.20 and newer', () => {
    expect(['2.19.9', '1.29.2', '', 'v2.20.0', '2.26.1-4', '5.0'].map(isNewEnough)).toEqual([false, false, false, true, true, true]);
  });

  it("takes Debian's own mirror and no other archive", () => {
    const targets =
      'Other bookworm http://other.example/\nDebian bookworm-security http://s.example/\nDebian bookworm http://m.example/debian/';
    expect(mirrorOf(targets, 'bookworm')).toBe('http://m.example/debian/');
    expect(mirrorOf('', 'bookworm')).toBeUndefined();
  });

  it('compares versions of Node by number', () => {
    expect([isAtLeast('20.9.0', '20.19'), isAtLeast('20.19.0', '20.19'), isAtLeast('22.0.0', '20.19')]).toEqual([false, true, true]);
  });
});

describe('apt and npm', () => {
  it.each([
    ['E: Could not connect to mirror', 'the package mirror cannot be reached'],
    ['E: Write error - write (28: No space left on device)', 'the disk is full'],
    ['W: Temporary failure resolving the mirror\nE: Unable to locate package nothing', 'the package mirror cannot be reached'],
    ['E: Unable to locate package nothing', "this machine's apt does not know the package"],
    ['sudo: a password is required', 'sudo refused'],
  ])('turn %j into a sentence with a fix', (output, sentence) => {
    const failure = aptFailure('installing x', output);
    expect(failure.message).toContain(sentence);
    expect(failure).toMatchObject({ status: 3, fix: expect.stringMatching(/run this/) });
  });

  it('tell how far they are', () => {
    expect(aptProgress('pmstatus:docker.io:50.0:Unpacking docker.io (amd64)')).toEqual({
      note: 'Unpacking docker.io (amd64)',
      share: 0.75,
    });
    expect(aptProgress('Waiting for cache lock: It is held by process 7 (apt-get)')).toEqual({ note: 'waiting for process 7 (apt-get)' });
    expect(aptProgress('Reading package lists...')).toBeUndefined();
    expect(npmFix('npm error code EAI_AGAIN')).toContain('registry');
  });

  it('count packages of other platforms as there, and other versions as missing', () => {
    const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0', optional: true } } };
    expect(isSameTree(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
    expect(isSameTree(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
    expect(isSameTree(lock, { packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/old': { version: '1.0.0' } } })).toBe(
      false,
    );
  });

  it('find package-lock.json complete, so that "npm ci" takes it; else run "node scripts/complete-lock.js"', () => {
    const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
    expect(absentOptionals(lock)).toEqual([]);
    expect(absentOptionals({ packages: { 'node_modules/a': { optionalDependencies: { 'a-linux-x64': '^1.0.0' } } } })).toEqual([
      { name: 'a-linux-x64', version: '1.0.0', isDev: false },
    ]);
    expect(platformOf('@a/b-linux-arm64-musl')).toEqual({ cpu: ['arm64'], libc: ['musl'], os: ['linux'] });
  });
});
