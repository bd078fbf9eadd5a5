import type { Mount } from './places.ts';
import { isWithin, mountsOf } from './places.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

export const filePathUnique: Rule = {
  id: 'file-path-unique',
  why: 'one would hide the other, or the engine could not start the unit: below a file there is no room for anything',
  check: ({ services }) =>
    services.flatMap((one) => {
      const mounts = mountsOf(one);
      const files = mounts.filter(({ kind }) => kind === 'file');
      return files.flatMap((file) =>
        isCanonical(file.path)
          ? mounts.flatMap((other) => collision(one.name, file, other) ?? [])
          : about(
              one.name,
              `${file.what} has the path ${JSON.stringify(file.path)}, which is not plain`,
              'write an absolute path without . or .. in it',
            ),
      );
    }),
};

/** The engine mounts what lies deeper later, so a file in a volume is seen; what lies in a file has no place to be mounted at. */
function collision(name: string, file: Mount, other: Mount): Found | undefined {
  if (other === file) return undefined;
  const path = other.path.replace(/\/+$/, '');
  if (path === file.path) {
    // Two files meet each other twice.
    if (other.kind === 'file' && other.what < file.what) return undefined;
    return about(name, `${file.what} and ${other.what} both want ${file.path}`, 'give each a path of its own');
  }
  if (!isWithin(path, file.path)) return undefined;
  return about(name, `${other.what} wants ${path}, which lies in ${file.what} at ${file.path}`, 'give each a path of its own');
}

function isCanonical(path: string): boolean {
  return /^(?:\/[\w@+.,-]+)+$/.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
}
