import * as z from 'zod';
import type { Runtime } from '../runtime/runtime.ts';
import type { ResolvedStack } from '../stack/stack.ts';

export type SignOnQuestion =
  | {
      readonly kind: 'mail-link';
      readonly to: string;
      readonly fullName: string;
      readonly username: string;
      readonly purpose: 'welcome' | 'reset';
      readonly url: string;
      /** ISO 8601. */
      readonly validUntil: string;
    }
  | { readonly kind: 'second-factors' | 'forget-second-factors' | 'end-sessions' | 'forget-person'; readonly id: string };

const answerSchema = z.looseObject({
  sent: z.boolean().optional(),
  totp: z.boolean().optional(),
  passkeys: z.number().optional(),
  sessions: z.number().optional(),
  why: z.string().optional(),
});

export type SignOnAnswer = z.infer<typeof answerSchema>;

/** The program of images/core, which the sign-on server's unit runs; as a child process it lies elsewhere. */
const argv = ['sh', '-c', 'exec node "${DATAMANCY_PROGRAM:-/app/serve.js}" gate-people'] as const;

/**
 * Asks the sign-on server's own unit, because mail leaves from there and second factors are kept there. Another server than ours, or a
 * unit that does not answer, is an answer with `why`.
 */
export async function askSignOn(
  { providers }: Pick<ResolvedStack, 'providers'>,
  runtime: Pick<Runtime, 'exec' | 'observe'>,
  question: SignOnQuestion,
  signal: AbortSignal,
): Promise<SignOnAnswer> {
  const server = providers['sign-on'];
  if (server?.provision['links'] === undefined) return { why: 'this cluster’s sign-on server cannot be asked' };
  const state = (await runtime.observe(signal)).find(({ service }) => service === server.name)?.state ?? 'absent';
  if (state !== 'healthy' && state !== 'unhealthy' && state !== 'starting') return { why: `${server.name} does not run (${state})` };
  const { status, stdout, stderr } = await runtime.exec(server.name, [...argv], { input: JSON.stringify(question) }, signal);
  if (status !== 0) return { why: stderr.trim().split('\n')[0]?.slice(0, 200) || `${server.name} answered with status ${status}` };
  return answerSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}
