import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import * as z from 'zod';
import { tokenPattern } from '../kit/bearer.ts';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import type { ListenAddress } from '../kit/http-server.ts';
import { refuseInner } from './addresses.ts';
import { type TargetRules, placeName } from './targets.ts';

export interface BrowserConfig {
  readonly listen: ListenAddress;
  readonly metrics: ListenAddress;
  readonly token: string;
  readonly chromium: string;
  /** File with the certificate of the cluster's own authority. */
  readonly authority: string | undefined;
  /** Pages that are open at once, and requests that may wait for one. */
  readonly pages: number;
  readonly waiting: number;
  readonly targets: TargetRules;
}

const place = z.string().regex(/^(?:[\w.-]+|\[[\da-fA-F:]+\]):\d{1,5}$/, 'such as 0.0.0.0:3000');

const schema = z.object({
  BROWSER_LISTEN: place,
  BROWSER_METRICS: place,
  BROWSER_TOKEN_FILE: z.string(),
  BROWSER_CHROMIUM: z.string().default('/usr/lib/chromium/chromium-headless-shell'),
  BROWSER_AUTHORITY_FILE: z.string().optional(),
  /** The cluster's domain, and where its edge speaks TLS: the port is that of public addresses. */
  BROWSER_DOMAIN: z.string().toLowerCase().optional(),
  BROWSER_EDGE: place.optional(),
  /** `host:port` of each place in inner networks that pages may reach all the same, with spaces between. */
  BROWSER_INNER_TARGETS: z
    .string()
    .toLowerCase()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(place)),
  BROWSER_PAGES: z.coerce.number().int().min(1).max(64).default(4),
  BROWSER_WAITING: z.coerce.number().int().min(0).max(1000).default(32),
});

/** Reads the settings from the environment; throws E_USAGE with every variable that is wrong. */
export async function loadConfig(env: Readonly<Record<string, string | undefined>>): Promise<BrowserConfig> {
  const { data, error } = schema.safeParse(env);
  if (error) {
    const wrong = error.issues.map(({ path, message }) => `${path[0]?.toString() ?? ''}: ${message}`);
    throw new DatamancyError('E_USAGE', `the environment does not say how to run: ${wrong.join('; ')}`, { fix: 'set these variables' });
  }
  return {
    listen: splitPlace(data.BROWSER_LISTEN),
    metrics: splitPlace(data.BROWSER_METRICS),
    token: await readToken(data.BROWSER_TOKEN_FILE),
    chromium: data.BROWSER_CHROMIUM,
    authority: data.BROWSER_AUTHORITY_FILE,
    pages: data.BROWSER_PAGES,
    waiting: data.BROWSER_WAITING,
    targets: {
      domain: data.BROWSER_DOMAIN,
      edge: data.BROWSER_EDGE === undefined ? undefined : splitPlace(data.BROWSER_EDGE),
      inner: new Set(data.BROWSER_INNER_TARGETS.map((text) => placeName(splitPlace(text)))),
      isRefused: refuseInner(ownNetworks()),
    },
  };
}

/** The cluster's networks may have addresses that are no private ones. */
function ownNetworks(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((found = []) => found.flatMap(({ cidr }) => cidr ?? []));
}

async function readToken(path: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new DatamancyError('E_USAGE', `the token cannot be read: ${messageOf(cause)}`, { fix: 'correct BROWSER_TOKEN_FILE', cause });
  }
  if (token.length >= 16 && tokenPattern.test(token)) return token;
  if (token.length >= 16)
    throw new DatamancyError('E_USAGE', 'the token has letters that no request can show', {
      fix: `write only letters, digits and any of . _ ~ + / = - to ${path}`,
    });
  throw new DatamancyError('E_USAGE', 'the token is too short to keep anybody out', { fix: `write 16 characters or more to ${path}` });
}

function splitPlace(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}
