import { projectName } from '../../render/project.ts';
import { holdsData } from '../../stack/door.ts';
import type { ResolvedService } from '../../stack/stack.ts';
import { askUnit, lastLine } from '../ask-unit.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { recreate } from '../fixes.ts';

/** Every unit is on the networks that its needs and its route put it on, and on no other. */
export const networksAsDerived: Check = {
  id: 'networks',
  title: 'Networks are as derived',
  run: async (context) => context.stack.services.map((service) => membershipOf(context, service)),
};

/** Tried for real: who is not on `data` cannot reach what is only there, and who is only there has no way out. */
export const dataIsolated: Check = {
  id: 'isolation',
  title: 'The data network is closed',
  run: async (context, signal) => {
    if (!context.runtime.supports.networks) return [];
    return [...(await outsiders(context, signal)), ...(await insiders(context, signal))];
  },
};

function membershipOf({ stack, units }: CheckContext, { name, networks }: ResolvedService): CheckResult {
  const about = { id: `networks.${name}`, title: `${name} is on its networks` };
  const enforced = units.find(({ service }) => service === name)?.enforced;
  if (!enforced) return skip(about, 'the runtime tells no networks of it');
  const prefix = `${projectName(stack)}_`;
  const wanted = new Set<string>(networks.map((network) => prefix + network));
  const found = new Set(enforced.networks.filter((network) => network !== 'none'));
  const missing = [...wanted].filter((network) => !found.has(network));
  const extra = [...found].filter((network) => !wanted.has(network));
  if (missing.length + extra.length === 0) return pass(about, networks.join(', ') || 'none');
  const wrong = [
    ...missing.map((network) => `is not on ${network}`),
    ...extra.map((network) => `is on ${network}, which nothing asks for`),
  ];
  return fail(about, wrong.join('; '), recreate(stack, name));
}

async function outsiders(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const addresses = dataOnly(context).flatMap(({ name, service }) =>
    Object.entries(service.ports).flatMap(([portName, port]) => {
      const { host, port: number } = context.stack.placement.reach(name, portName, port);
      return port.protocol === 'udp' ? [] : [`${host}:${number}`];
    }),
  );
  if (addresses.length === 0) return [];
  return Promise.all(
    outside(context).map(async (service) => {
      const { name } = service;
      const about = { id: `isolation.${name}`, title: `${name} cannot reach the data network` };
      const tried = await tryFrom(context, service, addresses, signal);
      if ('why' in tried) return skip(about, tried.why);
      if (tried.reached.length === 0) return pass(about, `tried ${addresses.join(', ')}: none can be reached`);
      return fail(about, `it reaches ${tried.reached.join(', ')}`, recreate(context.stack, name));
    }),
  );
}

function dataOnly({ stack }: CheckContext): readonly ResolvedService[] {
  return stack.services.filter(({ networks }) => networks.length > 0 && networks.every(holdsData));
}

function outside({ stack }: CheckContext): readonly ResolvedService[] {
  return stack.services.filter(({ networks }) => networks.length > 0 && !networks.some(holdsData));
}

/** Says `can` first where a connection to the unit's own port stands, so that a refusal further on means something. */
const tryEach =
  'nc -w 3 127.0.0.1 "$1" -e true && echo can; shift; for target; do nc -w 3 "${target%:*}" "${target#*:}" -e true 2>/dev/null && echo "$target"; done; true';

/** Which of the addresses can be reached from inside a unit, or why that cannot be tried. */
export async function tryFrom(
  context: CheckContext,
  { name, service }: ResolvedService,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly reached: readonly string[] } | { readonly why: string }> {
  const portName =
    'port' in service.health ? service.health.port : Object.keys(service.ports).find((one) => service.ports[one]?.protocol !== 'udp');
  const port = portName === undefined ? undefined : service.ports[portName];
  if (portName === undefined || !port) return { why: `${name} has no port of its own to compare with` };
  const own = context.stack.placement.listen(name, portName, port).port;
  const answer = await askUnit(context, name, ['sh', '-c', tryEach, 'sh', String(own), ...addresses], {}, signal);
  if (answer.kind === 'silent') return { why: answer.why };
  const [first, ...reached] = answer.result.stdout.split('\n').filter((line) => line !== '');
  return first === 'can' ? { reached } : { why: `no connection can be tried from inside ${name}: ${lastLine(answer.result)}` };
}

/** Without a default route there is no way out. With one, as older engines give, an address outside that others reach must not answer. */
async function insiders(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const beyond = await reachableOutside(context, signal);
  return Promise.all(dataOnly(context).map((service) => insider(context, service, beyond, signal)));
}

async function insider(
  context: CheckContext,
  service: ResolvedService,
  beyond: readonly string[],
  signal: AbortSignal,
): Promise<CheckResult> {
  const { name } = service;
  const about = { id: `isolation.${name}`, title: `${name} has no way out` };
  const answer = await askUnit(context, name, ['cat', '/proc/net/route'], {}, signal);
  if (answer.kind === 'silent') return skip(about, answer.why);
  const [head = '', ...routes] = answer.result.stdout.trim().split('\n');
  if (!head.startsWith('Iface') || routes.length === 0) return skip(about, `its routes cannot be read: ${lastLine(answer.result)}`);
  if (!routes.some((route) => route.split(/\s+/)[1] === '00000000')) return pass(about, 'it has no default route');
  if (beyond.length === 0)
    return skip(about, 'it has a default route, and no address outside answers anybody, to try whether it leads out');
  const tried = await tryFrom(context, service, beyond, signal);
  if ('why' in tried) return skip(about, tried.why);
  if (tried.reached.length === 0) return pass(about, `tried ${beyond.join(', ')}, which others reach: it cannot`);
  return fail(about, `it reaches ${tried.reached.join(', ')}, so its network is not internal`, 'datamancy down && datamancy up');
}

async function reachableOutside(context: CheckContext, signal: AbortSignal): Promise<readonly string[]> {
  const addresses = (await context.host.resolvers()).map((address) => `${address}:53`);
  if (addresses.length === 0) return [];
  for (const service of outside(context)) {
    const tried = await tryFrom(context, service, addresses, signal);
    if ('reached' in tried && tried.reached.length > 0) return tried.reached;
  }
  return [];
}
