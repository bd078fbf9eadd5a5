import { workerName } from '../../service/index.ts';
import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const workerNameFree: Rule = {
  id: 'worker-name-free',
  why: 'two units of one name would replace each other for ever',
  check: (stack) => {
    const chosen = withoutWorkers(stack);
    const owners = new Map(chosen.map(({ name }) => [name, `the service ${name}`]));
    return chosen.flatMap(({ name, service }) =>
      Object.keys(service.workers ?? {}).flatMap((key) => {
        const unit = workerName(name, key);
        const owner = owners.get(unit);
        owners.set(unit, `a worker of ${name}`);
        return owner === undefined
          ? []
          : [about(name, `its worker ${key} would be the unit ${unit}, and so is ${owner}`, 'call the worker something else')];
      }),
    );
  },
};
