import type { Content, Tree, Value } from '../../service/index.ts';

/** The words of a value that are there in clear. */
export function literalsOf(value: Value): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value.kind !== 'text') return [];
  return value.parts.filter((part) => typeof part === 'string');
}

/** The words of a file that are there in clear; none for a file that a renderer makes. */
export function literalsIn(content: Content): readonly string[] {
  switch (content.format) {
    case 'yaml':
    case 'json':
      return literalsInTree(content.data);
    case 'ini':
      return Object.values(content.data).flatMap((entries) => Object.values(entries).flatMap(literalsOf));
    case 'env':
      return Object.values(content.data).flatMap(literalsOf);
    case 'lines':
      return content.lines.flatMap(literalsOf);
    case 'rendered':
      return [];
  }
}

function literalsInTree(tree: Tree): readonly string[] {
  if (typeof tree === 'string') return [tree];
  if (typeof tree !== 'object' || tree === null) return [];
  // A secret and a text are trees too, whose only words in clear are their parts.
  if ('kind' in tree && tree['kind'] === 'text') return literalsOf(tree as Value);
  if ('kind' in tree && (tree['kind'] === 'secret' || tree['kind'] === 'secret-file')) return [];
  return Object.values(tree).flatMap((branch) => literalsInTree(branch as Tree));
}
