import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import { messageOf, systemCode } from '../kit/errors.ts';
import type { Service } from '../service/index.ts';
import type { Problem } from '../stack/problem.ts';
import { checkDefinition } from '../stack/rules/definition.ts';
import { packageRoot } from './package-root.ts';

interface Own {
  readonly file: string;
  readonly service: Service;
}

/**
 * The owner's own services: every services/*.ts of the cluster folder, compiled in memory. What is no definition, and a name that is
 * taken, is a problem. `broken` are the names that a file without a sound definition goes by: its own, and those it gives.
 */
export async function loadOwnServices(
  directory: string,
  taken: readonly string[],
): Promise<{
  readonly services: Readonly<Record<string, Service>>;
  readonly broken: readonly string[];
  readonly problems: readonly Problem[];
}> {
  const files = await filesIn(directory);
  const loaded = await Promise.all(files.map(async (file) => readOwn(file)));
  const problems = loaded.flatMap((read) => read.problems);
  const services: Record<string, Service> = {};
  const origins = new Map(taken.map((name) => [name, 'the catalog']));
  for (const { file, service } of loaded.flatMap((read) => read.own)) {
    const origin = origins.get(service.name);
    if (origin !== undefined) {
      problems.push({
        rule: 'own-service-name',
        where: file,
        message: `${origin} has a service called ${service.name} already`,
        fix: 'give this one another name',
      });
      continue;
    }
    origins.set(service.name, file);
    services[service.name] = service;
  }
  return { services, broken: loaded.flatMap((read) => read.broken), problems };
}

interface ReadFile {
  readonly own: readonly Own[];
  readonly broken: readonly string[];
  readonly problems: readonly Problem[];
}

async function readOwn(path: string): Promise<ReadFile> {
  const file = `services/${basename(path)}`;
  const read = await valuesOf(path);
  const broken = [basename(path, '.ts')];
  if ('why' in read) return { own: [], broken, problems: [unreadable(file, read.why)] };
  if (read.values.length === 0) return { own: [], broken, problems: [unreadable(file, 'it exports nothing')] };
  const problems = read.values.flatMap((value) => checkDefinition(value, file));
  if (problems.length > 0) return { own: [], broken: [...broken, ...read.values.flatMap(nameIn)], problems };
  return { own: read.values.map((value) => ({ file, service: value as Service })), broken: [], problems };
}

function nameIn(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' ? [value.name] : [];
}

async function valuesOf(path: string): Promise<{ readonly values: readonly unknown[] } | { readonly why: string }> {
  try {
    const { build } = await import('esbuild');
    const { outputFiles } = await build({
      absWorkingDir: dirname(dirname(path)),
      entryPoints: [path],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      logLevel: 'silent',
      plugins: [serviceWords],
    });
    const code = Buffer.from(outputFiles[0]?.contents ?? '').toString('base64');
    return { values: Object.values((await import(`data:text/javascript;base64,${code}`)) as object) };
  } catch (cause) {
    return { why: whyOf(cause) };
  }
}

/** The owner's files say `import … from 'datamancy'` wherever the cluster folder lies. */
const serviceWords: Plugin = {
  name: 'datamancy',
  setup: (build) => {
    build.onResolve({ filter: /^datamancy$/ }, () => ({
      path: pathToFileURL(join(packageRoot, 'dist/service-api.js')).href,
      external: true,
    }));
  },
};

/** The compiler's own words with line and column, else what running the file threw. */
function whyOf(cause: unknown): string {
  const [error] = isBuildFailure(cause) ? cause.errors : [];
  if (!error) return messageOf(cause);
  return error.location ? `line ${error.location.line}, column ${error.location.column + 1}: ${error.text}` : error.text;
}

function isBuildFailure(cause: unknown): cause is BuildFailure {
  return cause instanceof Error && 'errors' in cause && Array.isArray(cause.errors);
}

function unreadable(file: string, why: string): Problem {
  return {
    rule: 'own-service-file',
    where: file,
    message: `it cannot be read: ${why}`,
    fix: 'correct the file; docs/adding-a-service.md shows a whole one',
  };
}

async function filesIn(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
    return sources.toSorted().map((name) => join(directory, name));
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw cause;
  }
}
