import type { z } from 'zod';
import { nearest } from '../nearest.ts';
import type { Problem } from '../problem.ts';
import { definitionSchema } from './definition-schema.ts';

const guide = 'docs/adding-a-service.md shows a whole definition';

/** Everything that keeps a value of an owner's file from being a service; empty where it is one. Never throws. */
export function checkDefinition(value: unknown, file: string): readonly Problem[] {
  try {
    const read = definitionSchema.safeParse(value);
    return read.success ? [] : read.error.issues.flatMap((issue) => problemsOf(issue, value, file, []));
  } catch {
    return [
      { rule: 'definition-shape', where: file, message: 'its definition cannot be read: reading a property of it failed', fix: guide },
    ];
  }
}

function problemsOf(issue: z.core.$ZodIssue, definition: unknown, file: string, above: readonly PropertyKey[]): readonly Problem[] {
  const path = [...above, ...issue.path];
  const place = path.map(String).join('.') || 'its export';
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, file));
  const value = valueAt(definition, path);
  if (issue.code === 'invalid_union' && typeof value === 'object' && value !== null) {
    const [branch] = issue.errors.filter((issues) => issues.every(({ path: below }) => below.length > 0));
    const isMeant = branch?.every(({ path: [key] }) => key !== undefined && Object.hasOwn(value, key));
    if (branch && isMeant === true) return branch.flatMap((inner) => problemsOf(inner, definition, file, path));
  }
  const must = issue.message.startsWith('must ') ? issue.message : 'must have another shape';
  const message = value === undefined ? `${place} is missing: it ${must}` : `${place} ${must}`;
  return [{ rule: 'definition-shape', where: file, message, fix: value === undefined ? `add it; ${guide}` : `correct it; ${guide}` }];
}

function unknownKey(key: string, path: readonly PropertyKey[], file: string): Problem {
  const valid = path.length === 0 ? Object.keys(definitionSchema.shape) : [];
  const meant = nearest(key, valid);
  const place = path.length === 0 ? '' : ` in ${path.map(String).join('.')}`;
  return {
    rule: 'definition-key',
    where: file,
    message: `there is no key ${JSON.stringify(key)}${place}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    fix: meant === undefined ? `remove it; ${guide}` : `write ${meant}`,
  };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined),
    value,
  );
}
