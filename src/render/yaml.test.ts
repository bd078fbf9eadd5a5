import { assert, dictionary, jsonValue, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { printYaml } from './yaml.ts';

test('nested data stands as a person would write it', () => {
  expect(printYaml({ a: { b: ['x', { c: 1, d: [] }], e: {} }, on: true, 'has space': null })).toBe(
    'a:\n  b:\n    - "x"\n    - c: 1\n      d: []\n  e: {}\n"on": true\n"has space": null\n',
  );
});

test.each(['E-0', 'e5', 'no', '7', 'a b'])('the key %s, which a reader may take for something else, is quoted', (key) => {
  expect(printYaml({ [key]: 1 })).toBe(`"${key}": 1\n`);
});

test('whatever the data is, a reader of either version of YAML gets it back', () => {
  const readable = jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__"'));
  assert(
    property(dictionary(string(), readable), (data) => {
      const plain: unknown = JSON.parse(JSON.stringify(data));
      expect(parse(printYaml(data), { version: '1.2' })).toEqual(plain);
      expect(parse(printYaml(data), { version: '1.1' })).toEqual(plain);
    }),
  );
});
