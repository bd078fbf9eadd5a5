import { systemCode } from '../kit/errors.ts';
import type { ExecResult } from '../runtime/runtime.ts';
import type { CheckContext } from './context.ts';

/** What a command inside a unit said, or why it could not be asked. */
export type Answer = { readonly kind: 'said'; readonly result: ExecResult } | { readonly kind: 'silent'; readonly why: string };

/** Runs a command that only reads inside a unit. A unit that does not run, or has no such program, is an answer too. */
export async function askUnit(
  { runtime, units }: Pick<CheckContext, 'runtime' | 'units'>,
  service: string,
  argv: readonly [string, ...string[]],
  options: { readonly input?: string },
  signal: AbortSignal,
): Promise<Answer> {
  if (!runtime.supports.exec) return silent('this runtime runs no commands inside units');
  const why = notRunning(units, service);
  if (why !== undefined) return silent(why);
  const result = await runtime.exec(service, argv, options, signal);
  const words = `${result.stdout}\n${result.stderr}`;
  if (result.status === 126 || result.status === 127 || /executable file not found|no such file or directory: unknown/i.test(words)) {
    return silent(`${service} has no program ${argv[0]} to look with`);
  }
  return { kind: 'said', result };
}

/** Why nothing can be asked of this unit, or undefined where it runs. */
export function notRunning(units: CheckContext['units'], service: string): string | undefined {
  const state = units.find((unit) => unit.service === service)?.state ?? 'absent';
  return state === 'healthy' || state === 'unhealthy' || state === 'starting' ? undefined : `${service} does not run (${state})`;
}

function silent(why: string): Answer {
  return { kind: 'silent', why };
}

/** One short line for the end of a detail. */
export function lastLine({ stdout, stderr }: ExecResult): string {
  const line = `${stdout}\n${stderr}`.trim().split('\n').at(-1)?.trim() ?? '';
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** A reason in words for what a socket or a file threw. */
export function reasonOf(cause: unknown): string {
  const code = systemCode(cause);
  const words = cause instanceof Error ? cause.message : String(cause);
  return code === undefined || words.includes(code) ? words : `${code}: ${words}`;
}
