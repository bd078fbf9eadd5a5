import type { Step } from '../contracts/index.ts';
import { messageOf } from '../kit/errors.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Reveal } from '../service/index.ts';
import { printValue } from '../service/index.ts';
import { isFatal } from './failure.ts';

interface StepsInput {
  readonly runtime: Runtime;
  readonly reveal: Reveal;
  readonly signal: AbortSignal;
}

/** Runs the steps inside the provider's unit, one after the other. Says which one was refused and why; undefined where all are done. */
export async function runSteps(
  provider: string,
  steps: readonly Step[],
  { runtime, reveal, signal }: StepsInput,
): Promise<string | undefined> {
  for (const { title, argv, input, okStatuses = [0] } of steps) {
    try {
      const { status, stdout, stderr } = await runtime.exec(provider, argv, { input: printValue(input, reveal) }, signal);
      if (!okStatuses.includes(status))
        return `its step "${title}" ended with status ${status}: ${lastLine(stderr) || lastLine(stdout) || 'it said nothing'}`;
    } catch (cause) {
      if (isFatal(cause, signal)) throw cause;
      return `its step "${title}" could not be run: ${messageOf(cause)}`;
    }
  }
  return undefined;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
