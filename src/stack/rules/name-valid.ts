import type { Service } from '../../service/index.ts';
import { patterns } from '../names.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** Names that something else has already: secrets of the cluster's own, a folder beside those of the services, the machine itself. */
const reserved: readonly string[] = ['admin', 'clients', 'cluster', 'datamancy', 'localhost', 'mail', 'payments', 'secrets'];

export const nameValid: Rule = {
  id: 'name-valid',
  why: 'names become host names, roles, DNs and paths, where another character would break out',
  check: ({ services }) =>
    services.flatMap(({ name, service }) => [
      ...(patterns.service.test(name)
        ? []
        : [about(name, `${JSON.stringify(name)} is no name of a service`, 'use a-z, 0-9 and inner dashes, a letter first, at most 40')]),
      ...(reserved.includes(name) ? [about(name, `the name ${name} is taken by the cluster itself`, 'choose another name')] : []),
      ...namesInside(service).map(({ what, name: inner }) =>
        about(
          name,
          `its ${what} is called ${JSON.stringify(inner)}, which is no plain name`,
          what === 'need'
            ? 'use letters and digits, a small letter first, at most 20'
            : 'use letters, digits and dashes, a small letter first',
        ),
      ),
    ]),
};

function namesInside({ needs, ports, volumes, files, provides }: Service): readonly { readonly what: string; readonly name: string }[] {
  const wrong = (what: string, named: object | undefined, pattern: RegExp): readonly { what: string; name: string }[] =>
    Object.keys(named ?? {})
      .filter((key) => !pattern.test(key))
      .map((key) => ({ what, name: key }));
  return [
    ...wrong('need', needs, patterns.key),
    ...wrong('port', ports, patterns.part),
    ...wrong('volume', volumes, patterns.part),
    ...wrong('file', files, patterns.part),
    ...wrong('contract', provides, patterns.part),
  ];
}
