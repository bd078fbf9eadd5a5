import { workerName } from '../../service/index.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const workerCommandPresent: Rule = {
  id: 'worker-command-present',
  why: 'the same image with the same command is the service a second time, beside itself on its own data',
  check: ({ services }) =>
    services.flatMap(({ name, service: { workers = {} } }) =>
      Object.entries(workers)
        .filter(([, { command, image, debian }]) => !command && image === undefined && debian === undefined)
        .map(([key]) =>
          about(
            workerName(name, key),
            `it has the image of ${name} and no command of its own`,
            `give workers.${key} a command, or another image`,
          ),
        ),
    ),
};
