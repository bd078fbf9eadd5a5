import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { buildImages } from '../../../src/images/build.ts';
import { imageRef, readRecipes } from '../../../src/images/recipe.ts';
import { docker } from '../../../src/images/testing/hardened-container.ts';
import { until } from '../../../src/kit/clock.ts';
import { run } from '../../../src/kit/process.ts';
import { pagesProgram } from './browser-pages.ts';

const answerSchema = z.looseObject({
  error: z.string().optional(),
  message: z.string().optional(),
  finalAddress: z.string().optional(),
  status: z.number().optional(),
  timedOut: z.boolean().optional(),
  text: z.string().optional(),
  html: z.string().optional(),
  tree: z.string().optional(),
  image: z.string().optional(),
  pdf: z.string().optional(),
  result: z.string().optional(),
  detail: z.string().optional(),
  picture: z.object({ image: z.string() }).optional(),
  failedRequests: z.array(z.object({ address: z.string(), why: z.string() })).optional(),
});

/** What the service answers, whatever was asked of it. */
export type Answer = z.output<typeof answerSchema> & { readonly code: number };

/** The browser service and a server of pages; `pages:8080` and `other:8080`, which are that, are the only inner places that may be reached. */
export interface BrowserUnit {
  readonly name: string;
  readonly token: string;
  readonly address: string;
  readonly pagesAddress: string;
  readonly send: (path: string, body: object, signal?: AbortSignal) => Promise<Response>;
  readonly metric: (line: string) => Promise<number>;
  readonly remove: () => Promise<void>;
}

const cluster = 'imagetest';
// As the compose renderer starts it, with half of the memory.
const hardening = ['--init', '--cap-drop=ALL', '--read-only', '--security-opt=no-new-privileges', '--tmpfs=/tmp:size=256m,mode=1777'];
const limits = ['--memory=1g', '--pids-limit=1024', '--shm-size=512m'];
const env = {
  BROWSER_LISTEN: '0.0.0.0:3000',
  BROWSER_METRICS: '0.0.0.0:9464',
  BROWSER_TOKEN_FILE: '/run/secrets/token',
  BROWSER_INNER_TARGETS: 'pages:8080 other:8080',
};

/** Builds the image and starts both, on a network of their own. */
export async function startBrowserUnit(): Promise<BrowserUnit> {
  const name = `test-browser-${process.pid}`;
  const pages = `${name}-pages`;
  const token = randomBytes(16).toString('hex');
  const root = await mkdtemp(join(tmpdir(), 'browser-service-'));
  const remove = async (): Promise<void> => {
    await run(['docker', 'rm', '--force', '--volumes', name, pages]);
    await run(['docker', 'network', 'rm', name]);
    await rm(root, { recursive: true, force: true });
  };
  try {
    const image = await buildImage();
    await writeFile(join(root, 'token'), token, { mode: 0o644 });
    await writeFile(join(root, 'pages.js'), pagesProgram, { mode: 0o644 });
    await docker('network', 'create', name);
    const aliases = ['pages', 'other', 'rebound'].flatMap((alias) => ['--network-alias', alias]);
    const beside = ['--network', name, ...aliases, '--volume', `${root}/pages.js:/pages.js:ro`];
    await docker('run', '--detach', '--init', '--name', pages, ...beside, '--entrypoint', 'node', image, '/pages.js');
    const settings = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const secret = ['--volume', `${root}/token:/run/secrets/token:ro`];
    await docker('run', '--detach', '--name', name, '--network', name, ...hardening, ...limits, ...settings, ...secret, image, 'browser');
    const [address, pagesAddress] = [await addressOf(name), await addressOf(pages)];
    for (const place of [`http://${pagesAddress}:8080/home`, `http://${address}:3000/health`]) {
      await until(place, async () => ((await answers(place)) ? { done: true } : { seen: 'no answer' }), { everyMs: 300, withinMs: 90_000 });
    }
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const send: BrowserUnit['send'] = async (path, body, signal) =>
      await fetch(`http://${address}:3000/v1/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      });
    return { name, token, address, pagesAddress, send, metric: async (line) => await readMetric(address, line), remove };
  } catch (cause) {
    await remove();
    throw cause;
  }
}

export async function readAnswer(response: Response): Promise<Answer> {
  return { ...answerSchema.parse(await response.json()), code: response.status };
}

async function buildImage(): Promise<string> {
  const recipes = await readRecipes(join(import.meta.dirname, '../../..'), ['browser']);
  await buildImages({ recipes, cluster });
  const [recipe] = recipes.filter(({ name }) => name === 'browser');
  if (!recipe) throw new Error('no recipe browser');
  return imageRef(cluster, recipe);
}

async function addressOf(container: string): Promise<string> {
  return (await docker('inspect', container, '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}')).trim();
}

async function answers(place: string): Promise<boolean> {
  return await fetch(place).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function readMetric(address: string, line: string): Promise<number> {
  const text = await (await fetch(`http://${address}:9464/metrics`)).text();
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return Number(found?.split(' ')[1] ?? 'NaN');
}
