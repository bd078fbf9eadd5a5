// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { installPackages, withoutStartingServices } from './apt.js';
import { SetupError, tryRun } from './command.js';
import { defaultHost, engineCandidates, findEngine } from './engine.js';
import { asRoot, distribution, findProgram, freeBytes, rights } from './machine.js';
import { installNpmPackages, npmState } from './npm-packages.js';
import { missingPackages } from './packages.js';
import { planSetup } from './plan.js';
import { findPlugins, installPlugins } from './plugins.js';
import { describePlan } from './describe.js';
import { keepRecord, recordPath, startEngine } from './start-engine.js';

/**
 * @typedef {{ readonly root: string, readonly engine: boolean, readonly purposes: readonly import('./packages.js').Purpose[], readonly noInstall: boolean,
 *   readonly command: string }} Wanted `command`: what the owner typed, to say it again in messages
 * @typedef {{ readonly env: Readonly<Record<string, string>>, readonly newMember: boolean }} Ready
 *   `env`: what programs that use the engine need; `newMember`: the group docker counts only in a new session
 */

/**
 * Finds what is missing, says so, and installs it. Throws a SetupError where it cannot, or may not.
 * @param {Wanted} wanted
 * @param {ReturnType<typeof import('./progress.js').progressTo>} progress
 * @returns {Promise<Ready>}
 */
export async function setUp(wanted, progress) {
  const found = await lookAround(wanted);
  const plan = planSetup(found);
  for (const line of describePlan(plan, found.rights)) progress.say(line);
  if (plan.problems.length > 0) throw problemsError(plan.problems);
  if (wanted.noInstall && plan.steps.length > 0) {
    throw new SetupError('nothing was installed or started, as --no-install asks', `run "${wanted.command}" without --no-install`);
  }
  const groups = groupSteps(plan.steps);
  for (const [index, group] of groups.entries()) {
    const step = { at: index + 1, of: groups.length, title: group.title };
    await progress.step(step, (tell) => carryOut(group, wanted, found.rights, tell));
  }
  return wanted.engine ? engineReady(found.engine?.answer, progress) : { env: {}, newMember: false };
}

/** @param {Wanted} wanted @returns {Promise<import('./plan.js').Findings>} */
async function lookAround(wanted) {
  const system = distribution();
  const [answer, plugins] = wanted.engine ? await Promise.all([findEngine(engineCandidates(process.env)), findPlugins()]) : [];
  const isRoot = process.getuid?.() === 0;
  const packages = missingPackages(
    isRoot || !wanted.purposes.includes('images') ? wanted.purposes : [...wanted.purposes, 'rootless-images'],
    system,
  );
  const npm = npmState(wanted.root);
  const isComplete = answer?.found !== false && packages.length === 0 && (plugins ?? []).every((plugin) => plugin.found !== undefined);
  const user = userInfo().username;
  const engine =
    answer === undefined || plugins === undefined
      ? undefined
      : {
          answer,
          plugins,
          user,
          hasProgram: findProgram('docker') !== undefined,
          hasDaemon: findProgram('dockerd') !== undefined,
          isMember: isRoot || isInDockerGroup(user),
        };
  return {
    npm,
    system,
    packages,
    rights: isComplete ? 'none' : rights(),
    hasApt: findProgram('apt-get') !== undefined,
    freeMegabytes: Math.floor(Math.min(freeBytes('/var/lib'), freeBytes(wanted.root)) / 1e6),
    ...(engine === undefined ? {} : { engine }),
  };
}

/** @param {string} user */
function isInDockerGroup(user) {
  const groups = existsSync('/etc/group') ? readFileSync('/etc/group', 'utf8') : '';
  const members = /^docker:[^:]*:\d+:(.*)$/m.exec(groups)?.[1] ?? '';
  return members.split(',').includes(user);
}

/** @param {readonly import('./plan.js').Problem[]} problems */
function problemsError(problems) {
  const [first] = problems;
  const error = new SetupError(problems.map((problem) => problem.what).join('\n'), problems.map((problem) => problem.fix).join('\nfix: '));
  return Object.assign(error, { forEngine: first !== undefined && problems.every((problem) => problem.forEngine) });
}

/**
 * All of apt's packages are installed by one command.
 * @param {readonly import('./plan.js').Step[]} steps
 */
export function groupSteps(steps) {
  /** @type {{ kind: import('./plan.js').Step['kind'], title: string, names: string[] }[]} */
  const groups = [];
  for (const step of steps) {
    const last = groups.at(-1);
    const title = {
      npm: 'installing the npm packages',
      apt: `installing ${step.title}`,
      plugins: `fetching ${step.title}`,
      start: 'starting Docker Engine',
      member: step.title,
    };
    if (last?.kind === 'apt' && step.kind === 'apt') {
      last.names.push(...step.names.filter((name) => !last.names.includes(name)));
      last.title = `installing ${last.names.join(', ')}`;
    } else groups.push({ kind: step.kind, title: title[step.kind], names: [...step.names] });
  }
  return groups;
}

/**
 * @param {ReturnType<typeof groupSteps>[number]} group @param {Wanted} wanted
 * @param {import('./machine.js').Rights} how @param {import('./apt.js').Tell} tell
 */
async function carryOut(group, wanted, how, tell) {
  switch (group.kind) {
    case 'npm':
      return installNpmPackages(wanted.root, tell);
    case 'apt': {
      const install = () => installPackages(group.names, how, tell);
      return wanted.purposes.includes('process') ? withoutStartingServices(how, install) : install();
    }
    case 'plugins':
      return installPlugins(/** @type {('compose' | 'buildx')[]} */ (group.names), tell);
    case 'start':
      return start(how, tell);
    case 'member': {
      const added = await tryRun(asRoot(['usermod', '-aG', 'docker', userInfo().username], how), { stdin: 'inherit' });
      if (added.status !== 0) throw new SetupError(`usermod failed: ${added.output.trim()}`, 'run this as root');
    }
  }
}

/** The package may have started it already. @param {import('./machine.js').Rights} how @param {import('./apt.js').Tell} tell */
async function start(how, tell) {
  const answer = await findEngine([{ host: defaultHost, why: '', chosen: true }]);
  if (answer.found || answer.denied) return keepRecord(recordPath(), '/var/run/docker.pid', defaultHost);
  try {
    await startEngine(how, tell);
  } catch (cause) {
    throw cause instanceof SetupError ? Object.assign(cause, { forEngine: true }) : cause;
  }
}

/**
 * @param {import('./engine.js').Found | import('./engine.js').NotFound | undefined} before
 * @param {ReturnType<typeof import('./progress.js').progressTo>} progress
 * @returns {Promise<Ready>}
 */
async function engineReady(before, progress) {
  const answer = before?.found ? before : await findEngine(engineCandidates(process.env));
  if (!answer.found) {
    if (answer.denied) return { env: {}, newMember: true };
    throw Object.assign(new SetupError(`no engine answers: ${answer.reason}`, 'start Docker Engine, then run this again'), {
      forEngine: true,
    });
  }
  if (!answer.limits)
    progress.warn('This engine cannot limit memory, CPU or processes (its cgroup driver is "none"); containers run without limits.');
  return { env: answer.host === defaultHost ? {} : { DOCKER_HOST: answer.host }, newMember: false };
}
