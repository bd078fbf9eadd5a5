// @ts-check
import { enginePackages } from './packages.js';

/**
 * @typedef {import('./packages.js').Package} Package
 * @typedef {{ readonly npm: import('./npm-packages.js').NpmState, readonly system: import('./machine.js').Distribution,
 *   readonly rights: import('./machine.js').Rights, readonly hasApt: boolean, readonly packages: readonly Package[], readonly freeMegabytes: number,
 *   readonly engine?: EngineFindings }} Findings `engine` is left out where none is wanted
 * @typedef {{ readonly answer: import('./engine.js').Found | import('./engine.js').NotFound, readonly hasProgram: boolean, readonly hasDaemon: boolean,
 *   readonly plugins: readonly import('./plugins.js').Plugin[], readonly isMember: boolean, readonly user: string }} EngineFindings
 *   `isMember`: root, or listed in the group docker
 * @typedef {{ readonly kind: 'npm' | 'apt' | 'plugins' | 'start' | 'member', readonly title: string, readonly names: readonly string[],
 *   readonly reason: string, readonly megabytes: number, readonly needsRoot: boolean }} Step
 * @typedef {{ readonly what: string, readonly fix: string, readonly forEngine: boolean }} Problem
 * @typedef {{ readonly steps: readonly Step[], readonly problems: readonly Problem[] }} Plan
 */

const imagesMegabytes = 3000;

/**
 * What must be installed or started, in order, and what stands in the way. Nothing missing gives two empty lists.
 * @param {Findings} found
 * @returns {Plan}
 */
export function planSetup(found) {
  const engine = found.engine === undefined ? { steps: [], problems: [] } : planEngine(found, found.engine);
  const steps = [...npmSteps(found.npm), ...found.packages.map(packageStep), ...engine.steps];
  const problems = [...engine.problems, ...machineProblems(found, steps)];
  return { steps: inOrder(steps), problems };
}

/** @param {Findings['npm']} state @returns {Step[]} */
function npmSteps(state) {
  if (state === 'there') return [];
  const reason = state === 'missing' ? 'what package-lock.json lists' : 'package-lock.json lists others than are there';
  return [{ kind: 'npm', title: 'the npm packages', names: [], reason, megabytes: 300, needsRoot: false }];
}

/** @param {Package} item @returns {Step} */
function packageStep(item) {
  return { kind: 'apt', title: item.name, names: [item.name], reason: item.reason, megabytes: item.megabytes, needsRoot: true };
}

/**
 * @param {Findings} found
 * @param {EngineFindings} engine
 * @returns {Plan}
 */
function planEngine(found, engine) {
  const { answer } = engine;
  if (!answer.found && answer.chosen) {
    const what = `${answer.why} names the engine ${answer.host}, which does not answer: ${answer.reason}`;
    return { steps: [], problems: [{ what, fix: `start that engine, or choose another (${answer.why})`, forEngine: false }] };
  }
  const source = enginePackages(found.system);
  const isUp = answer.found || answer.denied;
  const absent = engine.plugins.filter((plugin) => plugin.found === undefined).map((plugin) => plugin.name);
  const needsApt = (!isUp && !engine.hasDaemon) || !engine.hasProgram;
  if (source === undefined && (needsApt || absent.length > 0)) {
    const lacks = needsApt ? 'Docker Engine and its docker program' : `the docker plugins ${absent.join(' and ')}`;
    const fix = `install ${lacks}, Compose 2.20 or newer and buildx by the engine's own instructions, then run this again`;
    return { steps: [], problems: [{ what: `${found.system.name}: how to install ${lacks} here is not known`, fix, forEngine: true }] };
  }
  /** @type {Step[]} */
  const steps = [];
  if (!isUp && !engine.hasDaemon) steps.push(aptStep(source?.engine ?? [], 'Docker Engine, which runs the containers', 260));
  const client = source?.client.filter((name) => !steps.some((step) => step.names.includes(name))) ?? [];
  if (!engine.hasProgram && client.length > 0) steps.push(aptStep(client, 'the docker program', 30));
  steps.push(...pluginSteps(absent, source?.plugins));
  if (!isUp)
    steps.push({ kind: 'start', title: 'start Docker Engine', names: [], reason: 'no engine answers', megabytes: 0, needsRoot: true });
  if (!engine.isMember && (!isUp || (!answer.found && answer.denied))) {
    const reason = `so that ${engine.user} may use the engine; whoever may use it can become root on this machine`;
    steps.push({
      kind: 'member',
      title: `add ${engine.user} to the group docker`,
      names: [engine.user],
      reason,
      megabytes: 0,
      needsRoot: true,
    });
  }
  return { steps, problems: [] };
}

/** @param {readonly string[]} names @param {string} reason @param {number} megabytes @returns {Step} */
function aptStep(names, reason, megabytes) {
  return { kind: 'apt', title: names.join(' '), names, reason, megabytes, needsRoot: true };
}

/**
 * @param {readonly ('compose' | 'buildx')[]} absent
 * @param {{ compose: string, buildx: string } | undefined} fromApt
 * @returns {Step[]}
 */
function pluginSteps(absent, fromApt) {
  const reasons = { compose: 'starts the containers in their order', buildx: 'builds the images' };
  if (fromApt !== undefined) return absent.map((name) => aptStep([fromApt[name]], reasons[name], 63));
  if (absent.length === 0) return [];
  const reason = `${absent.map((name) => reasons[name]).join(', ')}; from Debian 13's packages, into your own folders`;
  return [
    {
      kind: 'plugins',
      title: `docker ${absent.join(' and docker ')}`,
      names: absent,
      reason,
      megabytes: 65 * absent.length,
      needsRoot: false,
    },
  ];
}

/**
 * @param {Findings} found
 * @param {readonly Step[]} steps
 * @returns {Problem[]}
 */
function machineProblems(found, steps) {
  const problems = [];
  const asRoot = steps.filter((step) => step.needsRoot);
  const forEngine = asRoot.every((step) => step.kind !== 'apt' || !found.packages.some((item) => step.names.includes(item.name)));
  if (asRoot.length > 0 && found.rights === 'none') {
    const what = `this needs root, and neither root nor sudo is to be had: ${asRoot.map((step) => step.title).join(', ')}`;
    problems.push({ what, fix: `as root: ${rootCommands(asRoot).join(' && ')}`, forEngine });
  }
  if (asRoot.some((step) => step.kind === 'apt') && !found.hasApt) {
    problems.push({
      what: `${found.system.name} has no apt-get`,
      fix: `install by hand: ${asRoot.map((step) => step.title).join(', ')}`,
      forEngine,
    });
  }
  const installs = steps.reduce((sum, step) => sum + step.megabytes, 0);
  const needed = installs + (found.engine !== undefined && installs > 0 ? imagesMegabytes : 0);
  if (installs > 0 && found.freeMegabytes < needed) {
    const what = `the disk is too small: ${found.freeMegabytes} MB are free, about ${needed} MB are needed`;
    problems.push({ what, fix: `free ${needed - found.freeMegabytes} MB or more, then run this again`, forEngine: false });
  }
  return problems;
}

/** @param {readonly Step[]} steps */
function rootCommands(steps) {
  const names = [...new Set(steps.flatMap((step) => (step.kind === 'apt' ? step.names : [])))];
  const install = names.length === 0 ? [] : [`apt-get install --no-install-recommends ${names.join(' ')}`];
  const start = steps.some((step) => step.kind === 'start') ? ['service docker start'] : [];
  return [
    ...install,
    ...start,
    ...steps.filter((step) => step.kind === 'member').map((step) => `usermod -aG docker ${step.names.join(' ')}`),
  ];
}

/** @param {readonly Step[]} steps */
function inOrder(steps) {
  const order = ['npm', 'apt', 'plugins', 'start', 'member'];
  return steps.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
}
