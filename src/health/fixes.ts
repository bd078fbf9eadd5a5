import { projectName } from '../render/project.ts';
import type { ResolvedStack } from '../stack/stack.ts';

export const bringUp = 'datamancy up';

/** The way back for a unit that was changed by hand: its data is in volumes and stays. */
export function recreate(stack: ResolvedStack, service: string): string {
  return `docker rm --force ${containerName(stack, service)} && ${bringUp}`;
}

/** For what is open to everybody and must not be: closed first, mended after. */
export function closeAtOnce(stack: ResolvedStack, service: string): string {
  return `docker stop ${containerName(stack, service)}; find out why it is open, then: ${bringUp}`;
}

/** The name that Compose gives the container of a service. */
export function containerName(stack: ResolvedStack, service: string): string {
  return `${projectName(stack)}-${service}-1`;
}

export function readLog(service: string): string {
  return `read why with: datamancy logs ${service}; correct it, then: datamancy up`;
}
