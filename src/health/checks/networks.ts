import { projectName } from '../../render/compose.ts';
import { containerPlacement } from '../../stack/placement.ts';
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

interface Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

async function outsiders(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const targets = dataOnly(context).flatMap(targetsOf);
  if (targets.length === 0) return [];
  const outside = context.stack.services.filter(({ networks }) => networks.length > 0 && !networks.includes('data'));
  return Promise.all(outside.map((service) => tryFrom(context, service, targets, signal)));
}

/** Says `can` first where a connection to the unit's own port stands, so that a refusal further on means something. */
const tryEach =
  'nc -w 3 127.0.0.1 "$1" -e true && echo can; shift; for target; do nc -w 3 "${target%:*}" "${target#*:}" -e true 2>/dev/null && echo "$target"; done; true';

async function tryFrom(
  context: CheckContext,
  { name, service }: ResolvedService,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<CheckResult> {
  const about = { id: `isolation.${name}`, title: `${name} cannot reach the data network` };
  const [own] = Object.entries(service.ports).filter(([, port]) => port.protocol !== 'udp');
  if (!own) return skip(about, `${name} has no port of its own to compare with`);
  const { port } = context.stack.placement.listen(name, own[0], own[1]);
  const addresses = targets.map((target) => `${target.host}:${target.port}`);
  const answer = await askUnit(context, name, ['sh', '-c', tryEach, 'sh', String(port), ...addresses], {}, signal);
  if (answer.kind === 'silent') return skip(about, answer.why);
  const reached = answer.result.stdout.split('\n').filter((line) => line !== '');
  if (reached[0] !== 'can') return skip(about, `no connection can be tried from inside ${name}: ${lastLine(answer.result)}`);
  const open = reached.slice(1);
  if (open.length === 0) return pass(about, `tried ${addresses.join(', ')}: none can be reached`);
  return fail(about, `it reaches ${open.join(', ')}`, recreate(context.stack, name));
}

function dataOnly({ stack }: CheckContext): readonly ResolvedService[] {
  return stack.services.filter(({ networks }) => networks.length === 1 && networks[0] === 'data');
}

function targetsOf({ name, service }: ResolvedService): readonly Target[] {
  return Object.entries(service.ports)
    .filter(([, port]) => port.protocol !== 'udp')
    .map(([portName, port]) => ({ name, ...containerPlacement.reach(name, portName, port) }));
}

async function insiders(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  return Promise.all(
    dataOnly(context).map(async ({ name }) => {
      const about = { id: `isolation.${name}`, title: `${name} has no way out` };
      const answer = await askUnit(context, name, ['cat', '/proc/net/route'], {}, signal);
      if (answer.kind === 'silent') return skip(about, answer.why);
      const [head = '', ...routes] = answer.result.stdout.trim().split('\n');
      if (answer.result.status !== 0 || !head.startsWith('Iface') || routes.length === 0)
        return skip(about, `its routes cannot be read: ${lastLine(answer.result)}`);
      const isOpen = routes.some((route) => route.split(/\s+/)[1] === '00000000');
      if (!isOpen) return pass(about, 'it has no default route');
      return fail(about, 'it has a default route, so its network is not internal', 'datamancy down && datamancy up');
    }),
  );
}
