import type { GoldenStack } from '../golden-stack.ts';
import { services } from './services.ts';

/** A real domain on standard ports, with every kind of need, access, file and exception. */
export const everything: GoldenStack = {
  services,
  declaration: {
    name: 'golden',
    domain: 'example.org',
    admin: { name: 'ada', email: 'ada@example.org' },
    images: 'upstream',
    runtime: 'compose',
    tls: { acme: { email: 'ada@example.org' } },
    bind: '0.0.0.0',
    ports: {},
    services: Object.fromEntries(services.map(({ name }) => [name, {}])),
  },
  ports: { http: 80, https: 443 },
};
