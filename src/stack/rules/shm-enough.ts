import { bytesOf } from '../memory.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** Images that crash in the 64 MiB that engines give, by a part of their names. */
const needy = [
  { image: /browserless|chromium|chrome|playwright/, least: '256MiB', why: 'Chromium keeps pages there, and its tabs crash' },
  { image: /selenium/, least: '1GiB', why: 'the browsers in it keep pages there, and crash' },
  {
    image: /(?:^(?:docker\.io\/)?(?:library\/)?postgres|\/(?:pgvector|postgis|timescaledb(?:-ha)?))[:@]/,
    least: '128MiB',
    why: 'parallel queries exchange rows there, and fail',
  },
  { image: /vllm|sglang/, least: '256MiB', why: 'its processes exchange tensors there, and end' },
  { image: /gitlab-(?:ce|ee)/, least: '256MiB', why: 'its web server keeps figures there, and ends' },
] as const;

export const shmEnough: Rule = {
  id: 'shm-enough',
  why: 'a service that runs out of /dev/shm crashes under load, long after it was declared well',
  from: 'the mail server’s processes failed until it got more shared memory',
  check: ({ services }) =>
    services.flatMap(({ name, service: { image = '', shm } }) => {
      const need = needy.find((each) => each.image.test(image));
      return need === undefined || bytesOf(shm ?? '64MiB') >= bytesOf(need.least)
        ? []
        : [about(name, `it has too little /dev/shm: ${need.why}`, `give it shm: '${need.least}' or more`)];
    }),
};
