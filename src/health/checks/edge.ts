import type { ResolvedService } from '../../stack/stack.ts';
import { notRunning, reasonOf } from '../ask-unit.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip, warn } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { bringUp, readLog } from '../fixes.ts';
import type { Handshake, ShownCertificate } from '../senses/edge.ts';

/** The edge shows for each name a certificate that leads to the cluster's authority, bears the name and has time left. */
export const routesTls: Check = {
  id: 'tls',
  title: 'TLS at the edge',
  run: async (context, signal) => eachRoute('tls', context, async (service, host) => tlsOf(context, service, host, signal)),
};

/** Plain HTTP leads to the same place over HTTPS. */
export const routesRedirect: Check = {
  id: 'redirect',
  title: 'HTTP leads to HTTPS',
  run: (context, signal) =>
    eachRoute('redirect', context, async ({ name, url }, host) => {
      const about = { id: `route.${name}.redirect`, title: `http://${host} leads to HTTPS` };
      const { status, headers } = await context.edge.askPlain({ host, path: '/some/path?q=1' }, signal);
      const location = headers['location'] ?? '';
      if ([301, 308].includes(status) && location === `${url}/some/path?q=1`) return [pass(about, `${status} to ${url}`)];
      return [fail(about, `it answers ${status}${location === '' ? '' : ` and leads to ${location}`}`, edgeFix(context))];
    }),
};

/** What the edge does for everybody: tells browsers to stay on HTTPS, and serves no name but those of the cluster. */
export const edgeManners: Check = {
  id: 'edge',
  isGeneral: true,
  title: 'The edge itself',
  run: async (context, signal) =>
    whileEdgeRuns('edge', context, async () => [
      await strictTransport(context, signal),
      await unknownName(context, signal),
      await unknownHost(context, signal),
    ]),
};

type Judge = (service: ResolvedService, host: string) => Promise<readonly CheckResult[]>;

async function eachRoute(id: string, context: CheckContext, judge: Judge): Promise<readonly CheckResult[]> {
  return whileEdgeRuns(id, context, async () => {
    const results: CheckResult[] = [];
    for (const service of context.stack.services) if (service.host !== undefined) results.push(...(await judge(service, service.host)));
    return results;
  });
}

/** An edge that does not run is one failure, and another check's. */
async function whileEdgeRuns(
  id: string,
  { stack, units }: CheckContext,
  look: () => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  const edge = stack.providers['edge'];
  if (!edge) return [];
  const down = notRunning(units, edge.name);
  return down === undefined ? look() : [skip({ id: `${id}.edge`, title: 'The edge can be asked' }, down)];
}

function edgeFix({ stack }: CheckContext): string {
  return readLog(stack.providers['edge']?.name ?? 'edge');
}

async function tlsOf(context: CheckContext, { name }: ResolvedService, host: string, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const about = { id: `route.${name}.tls`, title: `${host} proves who it is` };
  const lifetime = { id: `route.${name}.certificate`, title: `Certificate of ${host} has time left` };
  let shown: Handshake;
  try {
    shown = await context.edge.handshake(host, signal);
  } catch (cause) {
    const why = `no TLS connection: ${reasonOf(cause)}`;
    return [fail(about, why, edgeFix(context)), skip(lifetime, why)];
  }
  const [leaf] = shown.chain;
  const problem = leaf ? wordsFor(shown.problem) : 'no certificate was shown';
  return [
    problem === undefined ? pass(about, leaf?.names ?? '') : fail(about, problem, edgeFix(context)),
    leaf ? timeLeft(lifetime, shown.chain, context.host.now(), edgeFix(context)) : skip(lifetime, 'no certificate was shown'),
  ];
}

function wordsFor(problem: string | undefined): string | undefined {
  if (problem === undefined) return undefined;
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for another name';
  if (problem === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  return `its certificate does not lead to the cluster's authority (${problem})`;
}

/** Caddy renews with a third of the life left; with less than a fifth, renewing has failed. Its own authority's leaves live for hours. */
function timeLeft(about: { id: string; title: string }, chain: readonly ShownCertificate[], now: Date, fix: string): CheckResult {
  const judged = chain.map((one) => ({
    ...one,
    leftMs: one.validTo.getTime() - now.getTime(),
    lifeMs: one.validTo.getTime() - one.validFrom.getTime(),
  }));
  const [worst] = judged.toSorted((a, b) => a.leftMs / a.lifeMs - b.leftMs / b.lifeMs);
  if (!worst) return skip(about, 'no certificate was shown');
  if (judged.some(({ validFrom }) => validFrom > now))
    return fail(about, 'it is not valid yet', 'set the clock of this machine: timedatectl set-ntp true');
  const words = judged.map(({ leftMs }) => spanOf(leftMs)).join(', ');
  const share = worst.leftMs / worst.lifeMs;
  if (share <= 0) return fail(about, `expired ${spanOf(-worst.leftMs)} ago`, fix);
  return share < 0.2 ? warn(about, `${words} left; it should have been renewed`, fix) : pass(about, `${words} left`);
}

function spanOf(ms: number): string {
  const hours = ms / 3_600_000;
  return hours >= 48 ? `${Math.floor(hours / 24)} days` : `${Math.floor(hours)} hours`;
}

async function strictTransport(context: CheckContext, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: 'edge.hsts', title: 'Browsers are told to stay on HTTPS' };
  const { stack, edge } = context;
  if (stack.edge.https !== 443) return skip(about, `HTTPS is on port ${stack.edge.https}, which HSTS cannot name`);
  const hosts = stack.services.flatMap(({ host }) => host ?? []);
  const answers = await Promise.all(
    hosts.map(async (host) => ({ host, header: (await edge.ask({ host }, signal)).headers['strict-transport-security'] })),
  );
  const without = answers.filter(({ header }) => !/max-age=[1-9]/.test(header ?? '')).map(({ host }) => host);
  if (without.length === 0) return pass(about, `${hosts.length} names with Strict-Transport-Security`);
  return fail(about, `no Strict-Transport-Security from ${without.join(', ')}`, bringUp);
}

/** A handshake that is refused is the best answer; a certificate without the name is one that no browser takes. */
async function unknownName(context: CheckContext, signal: AbortSignal): Promise<CheckResult> {
  const host = `datamancy-probe-no-such-name.${context.stack.domain}`;
  const about = { id: 'edge.unknown-name', title: 'A name that is not declared gets no certificate' };
  const known = context.stack.services.find((service) => service.host !== undefined)?.host;
  if (known === undefined) return skip(about, 'this cluster has no routes to compare with');
  await context.edge.handshake(known, signal);
  try {
    const { problem, chain } = await context.edge.handshake(host, signal);
    if (problem !== undefined) return pass(about, `what it is shown is refused: ${problem}`);
    return fail(about, `${host} is shown a valid certificate: ${chain[0]?.names ?? ''}`, edgeFix(context));
  } catch (cause) {
    return pass(about, `the handshake is refused: ${reasonOf(cause)}`);
  }
}

async function unknownHost(context: CheckContext, signal: AbortSignal): Promise<CheckResult> {
  const about = { id: 'edge.unknown-host', title: 'A host that is not declared is not served' };
  const host = `datamancy-probe-no-such-name.${context.stack.domain}`;
  const { status } = await context.edge.askPlain({ host }, signal);
  return [404, 421, 444].includes(status) ? pass(about, `it answers ${status}`) : fail(about, `it answers ${status}`, edgeFix(context));
}
