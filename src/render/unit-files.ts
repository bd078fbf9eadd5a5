import { basename, join } from 'node:path';
import type { Reveal, Secret, Value } from '../service/index.ts';
import { printContent, secretsIn, secretsInContent } from '../service/index.ts';
import { secretFileName } from '../stack/expand.ts';
import { serviceOf } from '../stack/stack.ts';
import type { ResolvedFile, ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { printEnvFile } from './env-file.ts';
import type { RenderedFile } from './file.ts';
import { contentOf } from './whole-stack.ts';

/** A declared config file with the place it has in the rendered tree. */
export interface UnitFile extends RenderedFile {
  /** Path at which the unit reads it. */
  readonly target: string;
  /** What a container is given: the file itself, or the folder that it is a part of. */
  readonly mount: { readonly path: string; readonly target: string };
}

/** What was found for stacks that are still looked at: a release, its digests and compose.yaml ask for the same files. */
const known = new WeakMap<ResolvedStack, Map<ResolvedService, readonly UnitFile[]>>();

/** The config files of one service, in the order of their paths. One that shows a secret in clear is private. Workers read the service's. */
export function configFilesOf(stack: ResolvedStack, service: ResolvedService): readonly UnitFile[] {
  const ofStack = known.get(stack) ?? new Map<ResolvedService, readonly UnitFile[]>();
  const files = ofStack.get(service) ?? findConfigFiles(stack, service);
  known.set(stack, ofStack.set(service, files));
  return files;
}

function findConfigFiles(stack: ResolvedStack, service: ResolvedService): readonly UnitFile[] {
  const names = fileNames(service.files);
  const owner = service.family === service.name ? service : (serviceOf(stack, service.family) ?? service);
  return service.files
    .flatMap((file, i): readonly UnitFile[] => {
      const mount = { path: `${service.family}/${names[i] ?? file.name}`, target: stack.placement.file(service.family, file.path) };
      const found = contentOf(stack, owner, file);
      const contents = 'folder' in found ? Object.entries(found.folder) : [['', found] as const];
      const isPrivate = contents.some(([, content]) => secretsInContent(content).length > 0);
      return contents.map(([below, content]) => ({
        path: join(mount.path, below),
        target: join(mount.target, below),
        mount,
        isPrivate,
        print: (reveal) => printContent(content, placed(stack, reveal)),
      }));
    })
    .toSorted(byPath);
}

/** The environment that may be read by anyone, and the part that shows a secret in clear. */
export function splitEnv({ env }: ResolvedService): {
  readonly open: Readonly<Record<string, Value>>;
  readonly secret: Readonly<Record<string, Value>>;
} {
  const entries = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    open: Object.fromEntries(entries.filter(([, value]) => secretsIn(value).length === 0)),
    secret: Object.fromEntries(entries.filter(([, value]) => secretsIn(value).length > 0)),
  };
}

/** The env file of a service whose environment shows a secret; most have none. */
export function envFileOf(stack: ResolvedStack, service: ResolvedService): RenderedFile | undefined {
  const { secret } = splitEnv(service);
  if (Object.keys(secret).length === 0) return undefined;
  return { path: `${service.name}.env`, isPrivate: true, print: (reveal) => printEnvFile(secret, placed(stack, reveal)) };
}

/** The value of one secret, without a line break after it, as a unit finds it under /run/secrets. */
function secretFileOf(secret: Secret): RenderedFile {
  return { path: secretPath(secret), isPrivate: true, print: (reveal) => reveal.secret(secret) };
}

export function secretPath(secret: Secret): string {
  return `secrets/${secretFileName(secret)}`;
}

/** Every file of one service, sorted; some may be shared with others, as a secret that two of them mount. */
export function unitFiles(stack: ResolvedStack, service: ResolvedService): readonly RenderedFile[] {
  const envFile = envFileOf(stack, service);
  return [...configFilesOf(stack, service), ...(envFile ? [envFile] : []), ...service.secretFiles.map(secretFileOf)].toSorted(byPath);
}

/** Where units find a secret as a file is a matter of the stack's placement; only the secret itself is the caller's to give. */
export function placed({ placement }: ResolvedStack, { secret }: Pick<Reveal, 'secret'>): Reveal {
  return { secret, file: (mounted) => placement.secretFile(secretFileName(mounted)) };
}

export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** The last part of each path, or the whole path with dashes where two files of a service end alike. */
function fileNames(files: readonly ResolvedFile[]): readonly string[] {
  const last = files.map(({ path }) => basename(path));
  return files.map(({ path }, i) => {
    const name = last[i] ?? '';
    return last.filter((other) => other === name).length === 1 ? name : path.slice(1).replaceAll('/', '-');
  });
}
