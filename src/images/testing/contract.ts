import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const words = z.array(z.string());

const contractSchema = z.strictObject({
  /** What the upstream image promises; where there is none, what we promise ourselves. */
  contract: z.strictObject({
    image: z.string().nullable(),
    sources: z.array(z.url()),
    user: z.string(),
    entrypoint: words,
    cmd: words,
    ports: words,
    volumes: words,
    stop: z.string(),
    paths: z.record(z.string(), z.string()),
    env: words,
    tools: words,
  }),
  /** Why it starts as root; no other image does. */
  root: z.string().min(20).optional(),
  deviations: z.array(z.strictObject({ what: z.string(), ours: z.union([z.string(), words]).optional(), reason: z.string().min(20) })),
});

export type Contract = z.infer<typeof contractSchema>;

const factsSchema = z.strictObject({ user: z.string(), entrypoint: words, cmd: words, ports: words, volumes: words, stop: z.string() });

/** The parts of a contract that an image's own configuration shows. */
export type ImageFacts = z.infer<typeof factsSchema>;

export const visibleParts = factsSchema.keyof().options;

export async function readContract(directory: string): Promise<Contract> {
  return contractSchema.parse(JSON.parse(await readFile(join(directory, 'contract.json'), 'utf8')));
}

/** What an image made from this recipe has to look like: the contract, with each stated deviation in its place. */
export function expectedFacts({ contract, deviations }: Contract): ImageFacts {
  const parts = visibleParts.map((part) => [part, deviations.find(({ what }) => what === part)?.ours ?? contract[part]]);
  return sorted(factsSchema.parse(Object.fromEntries(parts)));
}

/** Ports and volumes are sets: compared in one order. */
export function sorted(facts: ImageFacts): ImageFacts {
  return { ...facts, ports: facts.ports.toSorted(), volumes: facts.volumes.toSorted() };
}
