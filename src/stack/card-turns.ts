import { parse } from 'yaml';
import * as z from 'zod';
import { parseUrl } from '../kit/parse-url.ts';
import { bytesOf, isSize } from '../kit/size.ts';
import type { ResolvedService, ResolvedStack } from './stack.ts';

/** Services that take turns on the graphics card, and the memory that those of them that are awake together may take. */
export interface CardTurns {
  readonly members: ReadonlySet<string>;
  readonly bytes: number;
}

const models = z.record(z.string(), z.object({ server: z.object({ kind: z.string(), url: z.string().optional() }) }));
const file = z.object({ models });

/**
 * What the stack's model router keeps to: it puts one vLLM to sleep for the sake of another, and wakes none beyond its budget. Undefined
 * without a router, or without a budget, because it lets all of them be awake then.
 */
export function cardTurnsOf({ services }: Pick<ResolvedStack, 'services'>): CardTurns | undefined {
  const router = services.find(({ service }) => service.provides && Object.hasOwn(service.provides, 'model-router'));
  const budget = router?.env['MODEL_ROUTER_VRAM'];
  if (!router || typeof budget !== 'string' || !isSize(budget)) return undefined;
  const hosts = hostsOfVllm(router);
  const members = services.filter((service) => hosts.has(service.name) && canSleep(service)).map(({ name }) => name);
  return { members: new Set(members), bytes: bytesOf(budget) };
}

/** The owner's models stand in place of rendered ones of the same name. */
function hostsOfVllm({ env, files }: ResolvedService): ReadonlySet<string | undefined> {
  const known = files.flatMap(({ content }) =>
    content.format === 'json' ? Object.entries(file.safeParse(content.data).data?.models ?? {}) : [],
  );
  const own = Object.entries(ownModels(env['MODEL_ROUTER_MODELS']));
  const servers = [...new Map([...known, ...own]).values()].map(({ server }) => server);
  return new Set(servers.flatMap(({ kind, url }) => (kind === 'vllm' && url !== undefined ? [parseUrl(url)?.hostname] : [])));
}

/** None where they cannot be read, as the router itself says when it starts. */
function ownModels(text: unknown): z.output<typeof models> {
  if (typeof text !== 'string') return {};
  try {
    return models.parse(parse(text, { maxAliasCount: 0 }));
  } catch {
    return {};
  }
}

/** https://docs.vllm.ai/en/latest/features/sleep_mode/ */
function canSleep({ env, command = [] }: ResolvedService): boolean {
  const mode = env['VLLM_SERVER_DEV_MODE'];
  return (mode === 1 || mode === '1') && command.includes('--enable-sleep-mode');
}
