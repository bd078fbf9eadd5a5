import { expect, test } from 'vitest';
import { accessCatalog } from '../testing/access-catalog.ts';
import { testStack } from '../testing/cluster.ts';
import { expectedOf, routesOf } from './expected.ts';
import { roles } from './roles.ts';

const stack = testStack(undefined, accessCatalog);

const rows: readonly (readonly [string, string])[] = [
  ['board', 'sign-in, enter, enter, enter, refuse, refuse, cannot sign in'],
  ['calendar', 'sign-in, enter, enter, enter, refuse, refuse, cannot sign in'],
  ['club', 'sign-in, refuse, refuse, refuse, enter, refuse, cannot sign in'],
  ['docs', 'sign-in, enter, enter, enter, refuse, refuse, cannot sign in'],
  ['hooks', 'sign-in, enter, enter, enter, refuse, refuse, cannot sign in'],
  ['login', 'app decides, app decides, app decides, app decides, app decides, app decides, cannot sign in'],
  ['notes', 'app decides, app decides, app decides, app decides, app decides, app decides, app decides'],
  ['panel', 'sign-in, refuse, refuse, enter, refuse, refuse, cannot sign in'],
  ['site', 'app decides, app decides, app decides, app decides, app decides, app decides, app decides'],
  ['vault', 'sign-in, refuse, second factor, second factor, refuse, refuse, cannot sign in'],
  ['wiki', 'sign-in, refuse, refuse, enter, refuse, refuse, cannot sign in'],
];

test.each(rows)('the row of %s follows from the declaration', (name, row) => {
  const route = routesOf(stack).find((one) => one.name === name);
  expect(route && roles.map((role) => expectedOf(stack, route, role)).join(', ')).toBe(row);
});

test('every route has a row', () => {
  expect(routesOf(stack).map(({ name }) => name)).toEqual(rows.map(([name]) => name));
});

test('a route that no group may pass refuses everybody, also who is not signed in', () => {
  const [route] = routesOf(stack).filter(({ name }) => name === 'docs');
  const shut = route && { ...route, access: { ...route.access, groups: [] } };
  expect(shut && ['anonymous', 'admin'].map((role) => expectedOf(stack, shut, role === 'admin' ? 'admin' : 'anonymous'))).toEqual([
    'refuse',
    'refuse',
  ]);
});
