import type { Argument } from '../../service/index.ts';
import type { ResolvedService } from '../stack.ts';
import { literalsOf } from './literals.ts';
import { wordsOf } from './places.ts';

/** A line of words that a definition has run in its unit, or a path that it has asked there. */
export interface Call {
  readonly kind: 'command' | 'health' | 'smoke' | 'setup' | 'metrics';
  /** As in `its health check`. */
  readonly what: string;
  readonly words: readonly string[];
  /** A shell runs it, and so replaces what has a dollar before it. */
  readonly byShell: boolean;
  /** What is given on standard input, in clear. */
  readonly input: readonly string[];
}

/** Whether a word is a program in a language of its own, such as Perl's `$SIG{TERM} = …`, where dollars and braces mean what they mean there. */
export function isProgram(word: string): boolean {
  return /\s/.test(word);
}

/** Everything that is called or asked in a unit, beside what stands in its variables and files. */
export function callsOf({ service: { health, smoke, metrics }, command, setup }: ResolvedService): readonly Call[] {
  return [
    ...(command ? [call('command', 'its command', command)] : []),
    ...callOrPath('health', 'its health check', health),
    ...(smoke ? callOrPath('smoke', 'its smoke test', smoke) : []),
    ...setup.map(({ title, argv, input }) => call('setup', `its setup step “${title}”`, argv, literalsOf(input))),
    ...(metrics ? [call('metrics', 'the path of its metrics', [metrics.path])] : []),
  ];
}

function callOrPath(kind: Call['kind'], what: string, asked: object | { readonly command: readonly string[] }): readonly Call[] {
  if ('command' in asked) return [call(kind, what, asked.command)];
  return 'path' in asked && typeof asked.path === 'string' ? [call(kind, what, [asked.path])] : [];
}

function call(kind: Call['kind'], what: string, line: readonly Argument[], input: readonly string[] = []): Call {
  const words = wordsOf(line);
  return { kind, what, words, input, byShell: words.some((word) => /^(?:\/\S*\/)?(?:ba|da|a|z|k)?sh$/.test(word)) };
}
