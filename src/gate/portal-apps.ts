import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { DatamancyError, messageOf } from '../kit/errors.ts';

const appsSchema = z.array(
  z.object({
    title: z.string(),
    url: z.url({ protocol: /^https$/ }),
    summary: z.string().default(''),
    groups: z.array(z.string()).default([]),
  }),
);

/** An app as the landing page lists it; no groups means everybody. */
export type PortalApp = Readonly<z.output<typeof appsSchema>[number]>;

/** Reads the list of apps, or throws E_GATE_CONFIG. */
export async function loadPortalApps(path: string | undefined): Promise<readonly PortalApp[]> {
  if (path === undefined) return [];
  try {
    return appsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new DatamancyError('E_GATE_CONFIG', `${path}: is no list of apps: ${messageOf(cause)}`, {
      fix: 'the file is rendered: run `datamancy up`',
      cause,
    });
  }
}

export function appsFor(apps: readonly PortalApp[], groups: readonly string[]): PortalApp[] {
  return apps.filter((app) => app.groups.length === 0 || app.groups.some((group) => groups.includes(group)));
}
