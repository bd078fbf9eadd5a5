import type { ResolvedStack } from '../stack/stack.ts';
import type { RenderedFile } from './file.ts';
import { byPath, unitFiles } from './unit-files.ts';

/** Every file of the stack but compose.yaml, each path once, sorted. The same stack gives the same bytes. */
export function renderStack(stack: ResolvedStack): readonly RenderedFile[] {
  const files = stack.services.flatMap((service) => unitFiles(stack, service));
  return [...new Map(files.map((file) => [file.path, file])).values()].toSorted(byPath);
}
