import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { editServices } from './edit-services.ts';
import { packageRoot } from './package-root.ts';

const starter = readFileSync(join(packageRoot, 'examples/starter/cluster.yaml'), 'utf8');
const names = Object.keys(parse(starter).services);

test('a service that is added stands below the others, and no other line changes', () => {
  const edited = editServices(starter, { add: ['planka', 'grafana'] });
  expect(edited).toBe(`${starter}  planka:\n  grafana:\n`);
});

test('a service that is removed takes its lines with it and nothing else', () => {
  const text =
    'services: # all\n  # databases\n  postgresql: # big\n    limits: # of it\n      memory: 1GiB # much\n\n  # apps\n  wiki: {host: w}\n\n# people\nclients: {}\n';
  expect(editServices(text, { remove: ['postgresql'] })).toBe(
    'services: # all\n  # databases\n\n  # apps\n  wiki: {host: w}\n\n# people\nclients: {}\n',
  );
  expect(editServices(text, { remove: ['wiki'], add: ['board'] })).toBe(
    'services: # all\n  # databases\n  postgresql: # big\n    limits: # of it\n      memory: 1GiB # much\n\n  # apps\n  board:\n\n# people\nclients: {}\n',
  );
});

test('added and removed again gives back the file, to the byte', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(['planka', 'grafana', 'outline'], { minLength: 1 }), (add) => {
      expect(editServices(editServices(starter, { add }), { remove: add })).toBe(starter);
    }),
  );
  fc.assert(
    fc.property(fc.subarray(names, { minLength: 1, maxLength: names.length - 1 }), (remove) => {
      const edited = editServices(starter, { remove });
      expect(Object.keys(parse(edited).services)).toEqual(names.filter((name) => !remove.includes(name)));
      expect(starter.split('\n').filter((line) => !edited.split('\n').includes(line))).toHaveLength(remove.length);
    }),
  );
});

test.each([
  ['services:\n  caddy:', 'services:\n  caddy:\n  wiki:\n'],
  ['services:\r\n    caddy:\r\n', 'services:\r\n    caddy:\r\n    wiki:\r\n'],
  [
    'services:\n  caddy:\n    env: { A: 1 }\n    groups:\n      - viewer # all\n# end\n',
    'services:\n  caddy:\n    env: { A: 1 }\n    groups:\n      - viewer # all\n  wiki:\n# end\n',
  ],
  [
    'services:\n  caddy:\n    env:\n      A: |\n        x\nname: home\n',
    'services:\n  caddy:\n    env:\n      A: |\n        x\n  wiki:\nname: home\n',
  ],
  ['profiles: [core]\nservices: # more\nname: home\n', 'profiles: [core]\nservices: # more\n  wiki:\nname: home\n'],
  ['profiles: [core]\n', 'profiles: [core]\nservices:\n  wiki:\n'],
  ['# mine\nservices: { caddy: }\n', '# mine\nservices: { caddy:, wiki: }\n'],
  [
    'admin: {name: admin}\nservices: { radicale: {host: cal} } # inline\n# end\n',
    'admin: {name: admin}\nservices: { radicale: {host: cal}, wiki: } # inline\n# end\n',
  ],
  ['services: {a, "b": 1,} # c\n', 'services: {a, "b": 1, wiki:,} # c\n'],
  ['services: {\n  a: {}, # one\n  b: {} # two\n} # c\n', 'services: {\n  a: {}, # one\n  b: {}, # two\n  wiki:\n} # c\n'],
  ['services: {\r\n  a: ,\r\n}\r\n', 'services: {\r\n  a: ,\r\n  wiki:,\r\n}\r\n'],
  ['services: { a: 1\n  } # c', 'services: { a: 1, wiki:\n  } # c'],
  ['services: {} # none\n', 'services: { wiki: } # none\n'],
  ['services: { } # none\n', 'services: { wiki: } # none\n'],
  ['profiles: [core]\nservices: ~ # none\nname: home\n', 'profiles: [core]\nservices:  # none\n  wiki:\nname: home\n'],
  ['{name: home, profiles: [core]} # all\n', '{name: home, profiles: [core], services: { wiki: }} # all\n'],
  ['profiles: [core]\nwithout:\n- a # b\n- wiki # no\n- c\n', 'profiles: [core]\nwithout:\n- a # b\n- c\nservices:\n  wiki:\n'],
  ['profiles: [core]\nwithout: [\n  a, # b\n  wiki # no\n]\n', 'profiles: [core]\nwithout: [\n  a, # b\n]\nservices:\n  wiki:\n'],
  ['profiles: [core]\nwithout: [wiki] # no\n', 'profiles: [core]\nservices:\n  wiki:\n'],
  ['profiles: [core]\nwithout: [a, wiki] # no\n', 'profiles: [core]\nwithout: [a] # no\nservices:\n  wiki:\n'],
])('wiki is added to %j', (before, after) => {
  expect(editServices(before, { add: ['wiki'] })).toBe(after);
});

test('what a profile chooses is left out by name', () => {
  expect(editServices('profiles: [core] # all\nname: home\n', { leaveOut: ['gate'] })).toBe(
    'profiles: [core] # all\nwithout: [gate]\nname: home\n',
  );
  expect(editServices('profiles:\n  - core\nwithout: [wiki]\n', { leaveOut: ['gate'] })).toBe(
    'profiles:\n  - core\nwithout: [wiki, gate]\n',
  );
  expect(editServices('# a\nprofiles: [core]\nwithout:\n  - wiki # b\n# c\n', { leaveOut: ['gate'] })).toBe(
    '# a\nprofiles: [core]\nwithout:\n  - wiki # b\n  - gate\n# c\n',
  );
  expect(editServices('{profiles: [core]} # a\n', { leaveOut: ['gate', 'caddy'] })).toBe(
    '{profiles: [core], without: [gate, caddy]} # a\n',
  );
});

test.each([
  ['services: {a: 1, b, c: 3} # d\n', ['a'], 'services: {b, c: 3} # d\n'],
  ['services: { a: 1, b: , c: } # d\n', ['c'], 'services: { a: 1, b: } # d\n'],
  ['services: { a: 1, b: , c: } # d\n', ['b', 'c'], 'services: { a: 1 } # d\n'],
  ['services: {a: , b: {c: [d, e]}} # f\n', ['a', 'b'], 'services: {} # f\n'],
  ['services: {a: 1,}\n', ['a'], 'services: {}\n'],
  ['services: {a: 1, # one\n  b: 2}\n', ['a'], 'services: { # one\n  b: 2}\n'],
  [
    'services: {\n  a: 1, # one\n  b: 2, # two\n  # about c\n  c: 3 # three\n}\n',
    ['c'],
    'services: {\n  a: 1, # one\n  b: 2, # two\n  # about c\n}\n',
  ],
  ['services: {\n  a: 1, # one\n  b: {\n    c: 1\n  }, # two\n  d:\n}\n', ['b'], 'services: {\n  a: 1, # one\n  d:\n}\n'],
])('from %j %j are removed', (before, remove, after) => {
  expect(editServices(before, { remove })).toBe(after);
  expect(Object.keys(parse(before).services).filter((name) => !remove.includes(name))).toEqual(Object.keys(parse(after).services));
});

const value = fc.constantFrom('', ' ', ' 1', ' {}', ' {host: cal}', ' { env: { A: "x, y}" } }', ' [a, b]', ' {\n    host: cal, # h\n  }');
const separator = fc.constantFrom(',', ', ', ' , ', ',\n  ', ', # why\n  ');
const flow = fc.record({
  items: fc.array(fc.record({ value, separator }), { minLength: 1, maxLength: 4 }),
  open: fc.constantFrom('{', '{ ', '{ # first\n  ', '{\n  '),
  close: fc.constantFrom('}', ' }', ', }', ' # last\n  }', ',\n  # last\n  }'),
});

test('whatever stands in braces, it reads the same with services added and others removed, and no comment is lost by adding', () => {
  fc.assert(
    fc.property(flow, fc.subarray(['s0', 's1', 's2', 's3']), ({ items, open, close }, wanted) => {
      const printed = items.map((item, index) => `s${index}:${item.value}${index < items.length - 1 ? item.separator : ''}`).join('');
      const text = `admin: {name: anna} # me\nservices: ${open}${printed}${close} # all\nname: home\n`;
      const before = parse(text);
      const added = editServices(text, { add: ['wiki', 'board'] });
      expect(parse(added)).toEqual({ ...before, services: { ...before.services, wiki: null, board: null } });
      expect(added.match(/#.*/g)).toEqual(text.match(/#.*/g));
      expect(editServices(added, { remove: ['wiki', 'board'] }).replaceAll(/[\s,]/g, '')).toBe(text.replaceAll(/[\s,]/g, ''));
      const remove = wanted.filter((name) => Object.hasOwn(before.services, name));
      const kept = Object.entries(before.services).filter(([name]) => !remove.includes(name));
      expect(parse(editServices(text, { remove, add: ['wiki'] }))).toEqual({
        ...before,
        services: { ...Object.fromEntries(kept), wiki: null },
      });
    }),
  );
});
