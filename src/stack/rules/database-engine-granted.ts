import type { Value } from '../../service/index.ts';
import type { ResolvedService } from '../stack.ts';
import { literalsOf } from './literals.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const engines: Readonly<Record<string, RegExp>> = {
  postgres: /^(?:postgres|pg$|pgsql|postgis)/i,
  mariadb: /^(?:mysql|mariadb)/i,
  mongodb: /^mongo/i,
  sqlite: /^sqlite/i,
};
const named = /(?:^|_)(?:DB|DATABASE)_?(?:TYPE|ENGINE|CONNECTION|CLIENT|DRIVER|VENDOR|DIALECT)$/i;
const scheme = /^(?:jdbc:)?(?<scheme>postgres(?:ql)?|mysql|mariadb|mongodb|sqlite)(?:\+\w+)?:/i;

export const databaseEngineGranted: Rule = {
  id: 'database-engine-granted',
  why: 'the service speaks another language than its database, or keeps what people write in a file that nobody backs up',
  from: 'an app that needs PostgreSQL was given MariaDB',
  check: ({ services }) => {
    const grantsOf = new Map(services.map(({ name, grants }) => [name, grants]));
    return services.flatMap((one) => {
      const granted = (grantsOf.get(one.family) ?? []).map(({ kind }) => kind).filter((kind) => Object.hasOwn(engines, kind));
      if (granted.length === 0) return [];
      return enginesNamed(one)
        .filter(({ engine }) => !granted.includes(engine))
        .map(({ variable, engine }) =>
          about(
            one.name,
            `its variable ${variable} means ${engine}, and it is granted ${granted.join(', ')}`,
            engine === 'sqlite' ? 'name the engine that is granted' : `name the engine that is granted, or need ${engine}`,
            'env',
            variable,
          ),
        );
    });
  },
};

function enginesNamed({ env }: ResolvedService): readonly { readonly variable: string; readonly engine: string }[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const engine = engineOf(variable, value);
    return engine === undefined ? [] : [{ variable, engine }];
  });
}

function engineOf(variable: string, value: Value): string | undefined {
  const [first = ''] = literalsOf(value);
  const word = scheme.exec(first)?.groups?.['scheme'] ?? (named.test(variable) ? first : '');
  return Object.keys(engines).find((engine) => engines[engine]?.test(word));
}
