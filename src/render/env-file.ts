import type { Reveal, Value } from '../service/index.ts';
import { printValue } from '../service/index.ts';

/** An env file as Compose reads it (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax). */
export function printEnvFile(env: Readonly<Record<string, Value>>, reveal: Reveal): string {
  return Object.keys(env)
    .toSorted()
    .map((name) => `${name}=${quoteEnv(printValue(env[name] ?? '', reveal))}\n`)
    .join('');
}

/**
 * A value that Compose reads back exactly. Single quotes keep everything literal, but a backslash before a single quote, or at
 * the end, would swallow the quote: such values stand in double quotes, with their own escapes.
 */
export function quoteEnv(value: string): string {
  if (!value.includes("'") && !value.endsWith('\\')) return `'${value}'`;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '\\$')}"`;
}
