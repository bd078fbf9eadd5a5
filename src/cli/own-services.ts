import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatamancyError, messageOf, systemCode } from '../kit/errors.ts';
import type { Service } from '../service/index.ts';
import type { Problem } from '../stack/problem.ts';
import { checkDefinition } from '../stack/rules/definition.ts';
import { packageRoot } from './package-root.ts';

/** The owner's own services: every services/*.ts of the cluster folder, compiled in memory. What is no definition is a problem. */
export async function loadOwnServices(directory: string): Promise<{ readonly services: Readonly<Record<string, Service>>; readonly problems: readonly Problem[] }> {
  const files = await filesIn(directory);
  if (files.length === 0) return { services: {}, problems: [] };
  const { build } = await import('esbuild');
  const loaded = await Promise.all(
    files.map(async (file) => {
      const { outputFiles } = await build({
        entryPoints: [file],
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'node',
        logLevel: 'silent',
        alias: { datamancy: join(packageRoot, 'dist/service-api.js') },
      }).catch((cause: unknown) => {
        throw unreadable(file, messageOf(cause), cause);
      });
      const code = Buffer.from(outputFiles[0]?.contents ?? '').toString('base64');
      const values: unknown[] = Object.values(await importCode(code, file));
      return values.map((value) => ({ file, value }));
    }),
  );
  const checked = loaded.flat().map(({ file, value }) => ({ value, problems: checkDefinition(value, `services/${basename(file)}`) }));
  const sound = checked.filter(({ problems }) => problems.length === 0).map(({ value }) => value as Service);
  return { services: Object.fromEntries(sound.map((service) => [service.name, service])), problems: checked.flatMap(({ problems }) => problems) };
}

async function importCode(code: string, file: string): Promise<object> {
  try {
    return (await import(`data:text/javascript;base64,${code}#${pathToFileURL(file).href}`)) as object;
  } catch (cause) {
    throw unreadable(file, messageOf(cause), cause);
  }
}

function unreadable(file: string, why: string, cause: unknown): DatamancyError {
  return new DatamancyError('E_SERVICE_FILE', `${file} is no service definition: ${why}`, { fix: 'correct the file; docs/adding-a-service.md shows one', cause });
}

async function filesIn(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    return names.filter((name) => name.endsWith('.ts')).toSorted().map((name) => join(directory, name));
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw cause;
  }
}
