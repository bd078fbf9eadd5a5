import type { Argument, Health, Value } from '../service/index.ts';
import { printValue } from '../service/index.ts';
import { secretFileName } from '../stack/expand.ts';
import type { ProcessUnit } from '../stack/process-unit.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { configFilesOf, envFileOf, placed, secretPath, splitEnv } from './unit-files.ts';

/** From the directory of a release, where process.json lies, to the files that show secrets. */
const privateDirectory = '../../private';

/** process.json of a release: what compose.yaml is to an engine. It shows no secret. */
export function renderProcess(stack: ResolvedStack): string {
  const units = Object.fromEntries(stack.services.map((service) => [service.name, renderProcessUnit(stack, service)]));
  return `${JSON.stringify({ units }, null, 2)}\n`;
}

/** One service as a child process, with the intervals of the healthcheck that a container has. */
export function renderProcessUnit(stack: ResolvedStack, resolved: ResolvedService): ProcessUnit {
  const { name, service, argv = [], image, secretFiles } = resolved;
  const { process: special, stopSeconds = 10, volumes = {} } = service;
  const envFile = envFileOf(stack, resolved);
  const health = special?.health ?? service.health;
  return {
    image: image?.reference ?? name,
    argv: argv.map((argument) => openText(stack, resolved, argument)),
    env: Object.fromEntries(Object.entries(splitEnv(resolved).open).map(([key, value]) => [key, openText(stack, resolved, value)])),
    ...(envFile ? { envFile: `${privateDirectory}/${envFile.path}` } : {}),
    files: configFilesOf(stack, resolved).map(({ path, isPrivate, target }) => ({
      source: isPrivate ? `${privateDirectory}/${path}` : path,
      target,
    })),
    secrets: secretFiles.map((secret) => ({
      source: `${privateDirectory}/${secretPath(secret)}`,
      target: stack.placement.secretFile(secretFileName(secret)),
    })),
    volumes: Object.keys(volumes)
      .toSorted()
      .map((volume) => stack.placement.volume(name, volume, volumes[volume]?.path ?? '')),
    lowPorts: portsOf(stack, resolved).filter((port) => port < 1024),
    health: {
      probe: probeOf(stack, resolved, health),
      everyMs: 3000,
      timeoutMs: 5000,
      retries: 5,
      startMs: (health.startSeconds ?? 30) * 1000,
    },
    stopSignal: special?.stopSignal ?? 'SIGTERM',
    stopMs: stopSeconds * 1000,
  };
}

function probeOf(stack: ResolvedStack, { name, service }: ResolvedService, health: Health<string>): ProcessUnit['health']['probe'] {
  if ('command' in health) return { kind: 'command', argv: [...health.command] };
  const port = service.ports[health.port];
  const { host, port: number } = port ? stack.placement.reach(name, health.port, port) : { host: '127.0.0.1', port: 0 };
  if ('path' in health) return { kind: 'http', url: `http://${host.includes(':') ? `[${host}]` : host}:${number}${health.path}` };
  return { kind: 'tcp', address: host, port: number };
}

function portsOf({ placement }: ResolvedStack, { name, service }: ResolvedService): readonly number[] {
  return Object.entries(service.ports)
    .map(([portName, port]) => placement.listen(name, portName, port).port)
    .toSorted((one, other) => one - other);
}

/** Text that shows no secret: what does is in the env file, and the types keep it off a command line. */
function openText(stack: ResolvedStack, { name }: ResolvedService, value: Value | Argument): string {
  const secret = ({ id }: { readonly id: string }): never => {
    throw new Error(`${name}: the secret ${id} would be shown in process.json`);
  };
  return printValue(value, placed(stack, { secret }));
}
