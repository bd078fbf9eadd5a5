import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod';
import { freePort } from '../../../src/kit/testing/free-port.ts';
import type { GoldenStack } from '../../golden/golden-stack.ts';
import { claimName } from './claim-name.ts';
import { datamancy } from './command.ts';
import { containerOf } from './containers.ts';
import { isLate, mergeLooks } from './late-checks.ts';
import { forgiveGuesses } from './regulation.ts';

const outcomesSchema = z.object({
  outcomes: z.array(
    z.object({ service: z.string(), kind: z.string(), cause: z.string().optional(), words: z.array(z.string()).optional() }),
  ),
});
const checksSchema = z.object({
  checks: z.array(z.object({ id: z.string(), title: z.string(), status: z.enum(['pass', 'fail', 'warn', 'skip']), detail: z.string() })),
});

type Checks = readonly z.infer<typeof checksSchema>['checks'][number][];

/** What was seen of a running cluster. */
export interface Seen extends z.infer<typeof outcomesSchema> {
  /** Of `validate`. */
  readonly checks: Checks;
  /** Of `validate --access`. */
  readonly access: Checks;
}

export interface Runs {
  readonly seenOf: (stack: GoldenStack) => Promise<Seen>;
  /** Waits for the last one. */
  readonly remove: () => Promise<void>;
}

/** A cluster on a real engine that takes one declaration after the other; what two of them have in common goes on running. */
interface Cluster extends Pick<Runs, 'remove'> {
  readonly run: (stack: GoldenStack) => Promise<Seen>;
}

/** Brings these stacks up one after the other, equal ones once. Starting is mostly waiting for healthchecks, so three go side by side. */
export async function runEach(stacks: readonly GoldenStack[]): Promise<Runs> {
  const clusters = [await openCluster('1'), await openCluster('2'), await openCluster('3')] as const;
  const seen = new Map<string, Promise<Seen>>();
  for (const [key, stack] of new Map(stacks.map((one) => [keyOf(one), one]))) {
    const next = clusters[seen.size % clusters.length] ?? clusters[0];
    const found = next.run(stack);
    // Who asks for it is told; until then it is nobody's failure.
    found.catch(() => undefined);
    seen.set(key, found);
  }
  return {
    seenOf: async (stack) => seen.get(keyOf(stack)) ?? clusters[0].run(stack),
    remove: async () => void (await Promise.all(clusters.map(async ({ remove }) => remove()))),
  };
}

function keyOf({ declaration }: GoldenStack): string {
  return Object.keys(declaration.services).join(' ');
}

/** It has an address of its own, on which ports that services publish are free. */
async function openCluster(nth: string): Promise<Cluster> {
  const { name, isUsual, release } = await claimName(`test-levels-${nth}`);
  const bind = `127.${isUsual ? 0 : 1 + (process.pid % 250)}.1.${nth}`;
  const folder = await mkdtemp(join(tmpdir(), `datamancy-levels-${nth}-`));
  const ports = { http: await freePort(), https: await freePort() };
  const client = await readFile(new URL('../../golden/client.ts', import.meta.url), 'utf8');
  await mkdir(join(folder, 'services'));
  await writeFile(join(folder, 'services/client.ts'), client.replace('../../src/service-api.ts', 'datamancy'));
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: async (stack) => {
      const seen = last.then(async () => look(stack));
      last = seen.catch(() => undefined);
      return seen;
    },
    remove: async () => {
      await last;
      await datamancy(folder, ['down', '--volumes']);
      await release();
      await rm(folder, { recursive: true, force: true });
    },
  };

  async function look({ declaration: { admin, images, runtime, services } }: GoldenStack): Promise<Seen> {
    const declared = { name, domain: 'datamancy.localhost', bind, admin, images, runtime, ports, services };
    await writeFile(join(folder, 'cluster.yaml'), stringify(declared));
    const { outcomes } = outcomesSchema.parse(await printed(folder, ['up']));
    if (outcomes.some(({ kind }) => kind === 'failed')) return { outcomes, checks: [], access: [] };
    return { outcomes, checks: await validate(), access: await validate('--access') };
  }

  /** Where the machine was too busy to answer in time, it is asked once more, and says so. */
  async function validate(...options: readonly string[]): Promise<Checks> {
    const first = await ask(options);
    const late = first.filter(isLate);
    if (late.length === 0) return first;
    process.stderr.write(`${name}: asked again, for it was late: ${late.map(({ title, detail }) => `${title}: ${detail}`).join('; ')}\n`);
    return mergeLooks(first, await ask(options));
  }

  async function ask(options: readonly string[]): Promise<Checks> {
    // Wrong passwords are tried each time, and enough of them in a row would keep everybody out.
    await forgiveGuesses((await containerOf(name, 'valkey')).Id);
    return checksSchema.parse(await printed(folder, ['validate', ...options])).checks;
  }
}

/** What the program prints as JSON, whether it found fault or not. */
async function printed(folder: string, args: readonly string[]): Promise<unknown> {
  const { status, stdout, stderr } = await datamancy(folder, [...args, '--json']);
  if (stdout === '') throw new Error(`datamancy ${args.join(' ')} ended with status ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
