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
  ['# mine\nservices: { caddy: }\n', '# mine\nservices:\n  caddy:\n  wiki:\n'],
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
  expect(parse(editServices('# a\nprofiles: [core]\nwithout:\n  - wiki # b\n', { leaveOut: ['gate'] }))).toEqual({
    profiles: ['core'],
    without: ['wiki', 'gate'],
  });
});
