import { createHash } from 'node:crypto';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { renderComposeService } from './compose.ts';
import type { RenderedFile } from './file.ts';
import { renderProcessUnit } from './process.ts';
import { unitFiles } from './unit-files.ts';

/** What a unit is made from: a change in any of it means a new unit. */
interface Definition {
  readonly unit: object;
  /** Text of a public file, or keyed hash of a private one, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** How a definition gets at what its private files hold. */
export interface Unveiling {
  readonly print: (file: RenderedFile) => string;
  /** Hash with a key that never leaves the machine, so that a digest tells nothing about a short secret. */
  readonly keyedHash: (content: string) => string;
}

/** The order of starting and the way of pulling are no part of a definition: they make no other unit. */
const notOfTheUnit: ReadonlySet<string> = new Set(['depends_on', 'pull_policy']);

function definitionOf(stack: ResolvedStack, service: ResolvedService, { print, keyedHash }: Unveiling): Definition {
  const rendered = stack.placement.runtime === 'process' ? renderProcessUnit(stack, service) : renderComposeService(stack, service);
  const unit = Object.fromEntries(Object.entries(rendered).filter(([key]) => !notOfTheUnit.has(key)));
  const files = unitFiles(stack, service).map((file) => [file.path, file.isPrivate ? keyedHash(print(file)) : print(file)]);
  return { unit, files: Object.fromEntries(files) };
}

/** Sixteen hexadecimal digits that are the same exactly as long as the definition is. */
export function digestOf(stack: ResolvedStack, service: ResolvedService, unveiling: Unveiling): string {
  return createHash('sha256')
    .update(JSON.stringify(definitionOf(stack, service, unveiling)))
    .digest('hex')
    .slice(0, 16);
}
