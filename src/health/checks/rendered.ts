import { join } from 'node:path';
import { editedFiles, readRelease } from '../../deploy/release.ts';
import { readIfExists } from '../../kit/files.ts';
import { placed, unitFiles } from '../../render/unit-files.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { bringUp, recreate } from '../fixes.ts';

/** No file that a unit reads still has a hole where a value belongs. */
export const noPlaceholder: Check = {
  id: 'placeholder',
  title: 'No placeholder is left in what was rendered',
  run: async (context) => {
    const about = { id: 'placeholder.rendered', title: 'Rendered files hold no placeholder' };
    const files = [...(await openFiles(context)), ...(await privateFiles(context))];
    const unread = files.filter(({ content }) => content === undefined);
    if (files.length === 0) return [skip(about, 'nothing was rendered yet')];
    const found = files.flatMap(({ path, content = '' }) =>
      placeholdersIn(path, context.redact(content)).map((text) => `${path}: ${text}`),
    );
    if (found.length > 0)
      return [fail(about, found.slice(0, 10).join('; '), 'give the value in cluster.yaml or in the service’s file, then: datamancy up')];
    if (unread.length > 0) return [skip(about, `not all could be read: ${unread.map(({ path }) => path).join(', ')}`)];
    return [pass(about, `${files.length} files, none with a placeholder`)];
  },
};

/** What lies on disk is what was rendered, in every release that a unit was made from. */
export const filesUnedited: Check = {
  id: 'files',
  title: 'Rendered files are as they were rendered',
  run: async (context) => [...(await editedReleases(context)), await editedPrivateFiles(context)],
};

async function editedReleases({ stack, folder, release, units }: CheckContext): Promise<readonly CheckResult[]> {
  const numbers = [...new Set([release.number, ...units.map((unit) => unit.release)])]
    .filter((number) => number > 0)
    .toSorted((a, b) => a - b);
  return Promise.all(
    numbers.map(async (number) => {
      const about = { id: `files.release-${number}`, title: `Release ${number} is as it was rendered` };
      const stored = number === release.number ? release : await readRelease(folder, number);
      const edited = await editedFiles(stored);
      const files = Object.keys(stored.files).length;
      if (edited.length === 0) return pass(about, `${files} files unchanged`);
      const owners = [...new Set(edited.map((path) => path.split('/')[0] ?? ''))].filter((owner) =>
        stack.services.some(({ name }) => name === owner),
      );
      const remake =
        owners.length === 0
          ? bringUp
          : owners
              .map((owner) => recreate(stack, owner).replace(` && ${bringUp}`, ''))
              .join(' && ')
              .concat(` && ${bringUp}`);
      return fail(about, `edited or gone: ${edited.join(', ')}`, `rm -r '${stored.directory}' && ${remake}`);
    }),
  );
}

async function editedPrivateFiles(context: CheckContext): Promise<CheckResult> {
  const about = { id: 'files.private', title: 'Files with secrets are as they were rendered' };
  const files = await privateFiles(context);
  const wrong = files.filter(({ content, wanted }) => content !== wanted).map(({ path }) => path);
  if (wrong.length === 0) return pass(about, files.length === 0 ? 'this cluster has none' : `${files.length} files unchanged`);
  return fail(about, `edited or gone: ${wrong.join(', ')}`, bringUp);
}

interface FileOnDisk {
  readonly path: string;
  readonly content: string | undefined;
}

async function openFiles({ release }: CheckContext): Promise<readonly FileOnDisk[]> {
  return Promise.all(
    Object.keys(release.files).map(async (path) => ({ path, content: await readIfExists(join(release.directory, path)) })),
  );
}

async function privateFiles({ stack, folder, secret }: CheckContext): Promise<readonly (FileOnDisk & { readonly wanted: string })[]> {
  const reveal = placed(stack, { secret });
  const files = stack.services.flatMap((service) => unitFiles(stack, service)).filter(({ isPrivate }) => isPrivate);
  const once = [...new Map(files.map((file) => [file.path, file])).values()];
  return Promise.all(
    once.map(async ({ path, print }) => ({
      path,
      content: await readIfExists(join(folder.privateDirectory, path)),
      wanted: print(reveal),
    })),
  );
}

/** Go templates such as `{{ $labels.service }}` are meant to be there; a bare name in braces is a hole. */
const holes = [/\{\{\s*[A-Za-z_][\w.-]*\s*\}\}/g, /\bCHANGE[-_]?ME\b/gi, /<secret:[^>\s]*>?/g];
const unresolvedVariable = /\$\{[^{}\s]*\}/g;

function placeholdersIn(path: string, content: string): readonly string[] {
  const isScript = path.endsWith('.sh') || content.startsWith('#!');
  const isCompose = path === 'compose.yaml';
  const text = isCompose ? content.replaceAll('$$', '') : content;
  return [...holes, ...(isScript ? [] : [unresolvedVariable])].flatMap((hole) => text.match(hole) ?? []);
}
