import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { roles } from '../../src/health/access/roles.ts';
import { levelRecords, parseLevelRecords } from '../../src/levels/levels.ts';
import type { Service } from '../../src/service/index.ts';
import { proofDigest } from '../golden/proof-digest.ts';
import { smallestCluster } from '../golden/smallest-cluster.ts';
import { objectionsTo } from './support/accepted-files.ts';
import type { Runs, Seen } from './support/run-alone.ts';
import { runEach } from './support/run-alone.ts';

/** What is proved of a service, and what stands between it and the next level. */
interface Proof {
  readonly level: number;
  readonly missing: string;
}

const services: Readonly<Record<string, Service>> = catalog;
const isRecording = process.env['DATAMANCY_LEVELS'] === 'record';
const proofs = new Map<string, Proof>();
let root = '';
let objections: ReadonlyMap<string, readonly string[]>;
let runs: Runs | undefined;

/** Those that stand beside the same services one after the other, so that these go on running. */
const inOrder = Object.keys(catalog)
  .map((name) => ({ name, beside: besideOf(name) }))
  .toSorted((a, b) => (a.beside < b.beside ? -1 : a.beside > b.beside ? 1 : 0));

describe('what is proved is what is recorded', () => {
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the pattern to see what the hook wants
  beforeAll(async ({}, { tasks }) => {
    root = await mkdtemp(join(tmpdir(), 'datamancy-levels-'));
    const asked = tasks.filter(({ mode }) => mode !== 'skip').map(({ name }) => name);
    objections = await objectionsTo(asked, root);
    const accepted = asked.filter((name) => !objections.has(name));
    runs = await runEach(accepted.map((name) => smallestCluster(name)).filter(({ hasRecipes }) => hasRecipes));
  });

  afterAll(async () => {
    await runs?.remove();
    await rm(root, { recursive: true, force: true });
    if (isRecording) await record();
  });

  test.each(inOrder.map(({ name }) => name))('%s', async (name) => {
    const proof = await prove(name);
    proofs.set(name, proof);
    const words = `${name} is at level ${proof.level}${proof.missing === '' ? '' : `; for the next one: ${proof.missing}`}`;
    if (isRecording) process.stderr.write(`${words}\n`);
    const expected = isRecording ? proof.level : levelRecords[name]?.level;
    expect(proof.level, `${words}; where it ought to be so: npm run levels`).toBe(expected);
  });
});

function besideOf(name: string): string {
  return Object.keys(smallestCluster(name).declaration.services)
    .filter((other) => other !== name)
    .join(' ');
}

async function prove(name: string): Promise<Proof> {
  const [objection] = objections.get(name) ?? [];
  if (objection !== undefined) return { level: 0, missing: objection };
  const cluster = smallestCluster(name);
  if (!cluster.hasRecipes) return { level: 1, missing: 'an image in its smallest cluster has no recipe' };
  if (!runs) throw new Error('no cluster was opened');
  const found = await runs.seenOf(cluster);
  const idle = whyNotRunning(name, found);
  if (idle !== undefined) return { level: 1, missing: idle };
  const open = whyNotGuarded(name, found);
  return open === undefined ? { level: 3, missing: '' } : { level: 2, missing: open };
}

/** Checks that speak of the machine and of what else runs there. */
const ofTheMachine = /^(?:host|listening)\./;

/** Each unit came up, nothing is wrong with any, and the service did what it is for, if only in its healthcheck. */
function whyNotRunning(name: string, { outcomes, checks }: Seen): string | undefined {
  const down = outcomes.find(({ kind }) => kind === 'failed');
  if (down) return `${down.service} did not come up: ${down.cause ?? ''} ${down.words?.join(' ') ?? ''}`;
  const wrong = checks.find(({ id, status }) => status === 'fail' && !ofTheMachine.test(id));
  if (wrong) return `${wrong.title}: ${wrong.detail}`;
  return whyUnproved(checks, [`unit.${name}`, ...(services[name]?.smoke ? [`smoke.${name}`] : [])]);
}

/**
 * Each of the seven visitors met what is declared, where it has a route, and no port of the machine leads to it. That some other program
 * answers at such a port is only a warning.
 */
function whyNotGuarded(name: string, { access }: Seen): string | undefined {
  const wrong = access.find(({ status }) => status === 'fail');
  if (wrong) return `${wrong.title}: ${wrong.detail}`;
  const cells = services[name]?.route ? roles.map((role) => `access.${name}.${role}`) : [];
  const blind = access.find(({ id, status }) => id === `access.${name}.ports` && status === 'skip');
  return blind ? `${blind.title}: ${blind.detail}` : whyUnproved(access, cells);
}

function whyUnproved(checks: Seen['checks'], ids: readonly string[]): string | undefined {
  for (const id of ids) {
    const found = checks.find((check) => check.id === id);
    if (found?.status !== 'pass') return `${found?.title ?? id}: ${found?.detail ?? 'nothing asks for it'}`;
  }
  return undefined;
}

/**
 * A day stays what it was where nothing else has changed, and the record of what was not tried this time stays whole: it is read anew,
 * because another run may have written meanwhile.
 */
async function record(): Promise<void> {
  const path = new URL('../../src/levels/levels.json', import.meta.url);
  const records = parseLevelRecords(JSON.parse(await readFile(path, 'utf8')));
  const today = new Date().toISOString().slice(0, 10);
  const lines = await Promise.all(
    Object.keys(catalog).map(async (name) => {
      const before = records[name];
      const proof = proofs.get(name);
      const now = proof ? { level: proof.level, of: await proofDigest(name), on: today } : before;
      if (!now) return [];
      const { level, of, on } = before?.level === now.level && before.of === now.of ? before : now;
      return [`  "${name}": { "level": ${level}, "of": "${of}", "on": "${on}" }`];
    }),
  );
  await writeFile(path, `{\n${lines.flat().join(',\n')}\n}\n`);
}
