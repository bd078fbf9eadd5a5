import { projectName } from '../render/compose.ts';
import type { ResolvedStack } from '../stack/stack.ts';

export const bringUp = 'datamancy up';

/** The way back for a unit that was changed by hand: its data is in volumes and stays. */
export function recreate(stack: ResolvedStack, service: string): string {
  return `docker rm --force ${projectName(stack)}-${service}-1 && datamancy up`;
}

export function readLog(service: string): string {
  return `read why with: datamancy logs ${service}; correct it, then: datamancy up`;
}
