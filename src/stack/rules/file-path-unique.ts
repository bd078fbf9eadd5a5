import { groupBy } from '../group-by.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const filePathUnique: Rule = {
  id: 'file-path-unique',
  why: 'one file would hide the other',
  check: ({ services }) =>
    services.flatMap(({ name, service }) => {
      const files = Object.entries(service.files ?? {}).map(([file, { path }]) => ({ file, path }));
      const twice = [...groupBy(files, ({ path }) => path)].filter(([, same]) => same.length > 1);
      const volumes = new Map(Object.entries(service.volumes ?? {}).map(([volume, { path }]) => [path as string, volume]));
      return [
        ...twice.map(([path, same]) =>
          about(name, `its files ${same.map(({ file }) => file).join(' and ')} both want ${path}`, 'give each a path of its own'),
        ),
        ...files.flatMap(({ file, path }) => {
          const volume = volumes.get(path);
          return volume === undefined
            ? []
            : [about(name, `its file ${file} and its volume ${volume} both want ${path}`, 'give each a path of its own')];
        }),
        ...files
          .filter(({ path }) => !isCanonical(path))
          .map(({ file, path }) =>
            about(
              name,
              `its file ${file} has the path ${JSON.stringify(path)}, which is not plain`,
              'write an absolute path without . or .. in it',
            ),
          ),
      ];
    }),
};

function isCanonical(path: string): boolean {
  return /^(?:\/[\w@+.,-]+)+$/.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
}
