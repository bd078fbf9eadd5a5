import { messageOf } from '../kit/errors.ts';
import type { Step } from '../contracts/index.ts';
import type { Secret, Service, SetupStep, Value } from '../service/index.ts';
import { secretFilesIn, secretFilesInContent } from '../service/index.ts';
import type { ServiceOverride } from './declaration.ts';
import { bytesOf } from './memory.ts';
import type { Placement } from './placement.ts';
import type { ResolvedFile, ResolvedService } from './stack.ts';

type Expanded = Pick<
  ResolvedService,
  'env' | 'replacedEnv' | 'command' | 'argv' | 'files' | 'setup' | 'wellKnown' | 'secretFiles' | 'limits' | 'broken'
>;

/**
 * Calls the functions of a definition with their context. With a need unmet they are not called: there is nothing to call them with.
 * What one throws is kept in `broken`, for a rule to report. `given` are secrets that the unit is given as files beside its own.
 */
export function expand(
  service: Service,
  override: ServiceOverride,
  placement: Placement,
  context: object,
  complete: boolean,
  given: readonly Secret[] = [],
): Expanded {
  const bare: Expanded = { env: override.env ?? {}, files: [], setup: [], secretFiles: [], limits: limitsOf(service, override) };
  if (!complete) return bare;
  try {
    return { ...bare, ...callFunctions(service, override, placement, context, given) };
  } catch (cause) {
    return { ...bare, broken: messageOf(cause) };
  }
}

/** The limits of a unit, where the owner's word stands before the catalog's. */
export function limitsOf({ limits }: Pick<Service, 'limits'>, { limits: own }: ServiceOverride): Expanded['limits'] {
  return {
    memoryBytes: bytesOf(own?.memory ?? limits.memory),
    cpus: own?.cpus ?? limits.cpus,
    pids: own?.pids ?? limits.pids ?? 256,
  };
}

function callFunctions(
  service: Service,
  override: ServiceOverride,
  placement: Placement,
  untyped: object,
  given: readonly Secret[],
): Omit<Expanded, 'limits' | 'broken'> {
  // The functions were checked against the needs of their own definition; here the definition's type is erased.
  const context = untyped as never;
  const inProcess = placement.runtime === 'process';
  const own: Readonly<Record<string, Value>> = { ...service.env?.(context), ...(inProcess ? service.process?.env?.(context) : {}) };
  const env = { ...own, ...override.env };
  const replaced = Object.entries(own).filter(([variable]) => Object.hasOwn(override.env ?? {}, variable));
  const command = wordsIn('command', service.command?.(context));
  const argv = wordsIn('argv', inProcess ? service.process?.argv(context) : undefined);
  const files = Object.entries(service.files ?? {}).flatMap(([name, { path, content: make }]): readonly ResolvedFile[] => {
    const content = make(context);
    return content === 'absent' ? [] : [{ name, path, content }];
  });
  const setup = (service.setup?.(context) ?? []).map(stepOf);
  const wellKnown = service.wellKnown?.(context);
  const others = [...(command ?? []), ...(argv ?? []), ...setup.map(({ input }) => input)];
  return {
    env,
    files,
    setup,
    secretFiles: mounted(env, files, others, given),
    ...(replaced.length > 0 ? { replacedEnv: Object.fromEntries(replaced) } : {}),
    ...(command ? { command } : {}),
    ...(argv ? { argv } : {}),
    ...(wellKnown ? { wellKnown } : {}),
  };
}

function stepOf({ input = '', ...step }: SetupStep): Step {
  wordsIn('argv of setup', step.argv);
  wordsIn('input of setup', [input]);
  return { ...step, input: typeof input === 'string' ? { kind: 'text', parts: [input] } : input };
}

/** What no compiler has seen may be anything; rules and renderers go by what they are told here. */
function wordsIn<Words extends readonly unknown[] | undefined>(place: string, words: Words): Words {
  const isWord = (word: unknown): boolean => word !== null && ['string', 'number', 'object'].includes(typeof word);
  if (words !== undefined && !(Array.isArray(words) && words.every(isWord))) throw new TypeError(`${place} must hold a list of words`);
  return words;
}

function mounted(
  env: Readonly<Record<string, Value>>,
  files: readonly ResolvedFile[],
  others: readonly Value[],
  given: readonly Secret[],
): readonly Secret[] {
  const all = [
    ...given,
    ...Object.values(env).flatMap(secretFilesIn),
    ...files.flatMap(({ content }) => secretFilesInContent(content)),
    ...others.flatMap(secretFilesIn),
  ];
  return [...new Map(all.map((secret) => [secretFileName(secret), secret])).values()].toSorted((a, b) =>
    secretFileName(a) < secretFileName(b) ? -1 : 1,
  );
}

/** Name of a secret's file under /run/secrets, such as `gate.cache` or `outline.login.digest`. */
export function secretFileName({ id, part }: Secret): string {
  return part === undefined ? id : `${id}.${part}`;
}
