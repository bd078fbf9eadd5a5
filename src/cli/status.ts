import { driftByService } from '../deploy/plan.ts';
import { currentRelease } from '../deploy/release.ts';
import type { Unit, UnitState } from '../runtime/runtime.ts';
import { colors } from './colors.ts';
import { printJson, printTable } from './output.ts';
import { readyCluster } from './wire.ts';

interface ServiceStatus {
  readonly name: string;
  readonly state: string;
  readonly health: string;
  readonly url: string | null;
  readonly image: string;
  /** Content address of the image that runs. */
  readonly digest: string;
  readonly restarts: number;
  readonly drift: readonly string[];
}

/** What runs, how it is and where it is reached. Status 0 when all is healthy, else 1. */
export async function status(options: { readonly cluster?: string; readonly json?: true }, signal: AbortSignal): Promise<number> {
  const ready = await readyCluster(options.cluster);
  if (!ready) return 1;
  const { stack, runtime, folder } = ready;
  const release = await currentRelease(folder);
  const units = await runtime.observe(signal);
  const drift = release ? await driftByService(stack, release, units) : [];
  const byName = new Map(units.map((unit) => [unit.service, unit]));
  const services = stack.services.map(({ name, url, image }): ServiceStatus => {
    const unit = byName.get(name);
    return {
      name,
      ...stateOf(unit),
      url: url || null,
      image: unit?.image ?? image?.reference ?? '',
      digest: unit?.imageId ?? '',
      restarts: unit?.restarts ?? 0,
      drift: drift.filter(({ service }) => service === name).map(({ reason }) => reason),
    };
  });
  if (options.json) printJson({ stack: stack.name, release: release?.number ?? null, services });
  else {
    print(stack.name, release?.number, services);
    for (const missing of runtime.supports.missing) console.log(colors.yellow(`note: ${missing}`));
  }
  return services.every(({ health }) => health === 'healthy') ? 0 : 1;
}

function stateOf(unit: Unit | undefined): { readonly state: string; readonly health: string } {
  const states: Readonly<Record<UnitState, readonly [string, string]>> = {
    absent: ['absent', 'none'],
    created: ['created', 'none'],
    starting: ['running', 'starting'],
    healthy: ['running', 'healthy'],
    unhealthy: ['running', 'unhealthy'],
    restarting: ['restarting', 'unhealthy'],
    exited: ['exited', 'none'],
  };
  const [state, health] = states[unit?.state ?? 'absent'];
  return { state, health };
}

function print(stack: string, release: number | undefined, services: readonly ServiceStatus[]): void {
  const healthy = services.filter(({ health }) => health === 'healthy').length;
  const colour = healthy === services.length ? colors.green : colors.red;
  console.log(`${colors.bold(stack)}  release ${release ?? 'none'}  ${colour(`${healthy} of ${services.length} healthy`)}\n`);
  printTable([
    ['', 'SERVICE', 'HEALTH', 'RESTARTS', 'ADDRESS'].map((title) => colors.dim(title)),
    ...services.map(({ name, state, health, restarts, url }) => [
      dot(health),
      name,
      health === 'none' ? state : health,
      String(restarts),
      url ?? colors.dim('inside only'),
    ]),
  ]);
  for (const { name, drift } of services) for (const reason of drift) console.log(`${colors.magenta('drift')} ${name}: ${reason}`);
}

function dot(health: string): string {
  if (health === 'healthy') return colors.green('●');
  return health === 'starting' ? colors.yellow('●') : colors.red('●');
}
