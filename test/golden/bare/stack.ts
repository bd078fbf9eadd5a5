import { services } from '../everything/services.ts';
import type { GoldenStack } from '../golden-stack.ts';

/** A trial on other ports: its own certificates, no sign-on, and an app that only groups may use, which so stays shut. */
export const bare: GoldenStack = {
  services: services.filter(({ name }) => name === 'edge' || name === 'handbook'),
  declaration: {
    name: 'bare',
    domain: 'datamancy.localhost',
    admin: { name: 'admin', email: 'admin@datamancy.localhost' },
    images: 'debian',
    runtime: 'compose',
    tls: 'internal',
    bind: '127.0.0.1',
    ports: {},
    services: { edge: {}, handbook: { groups: ['readers'], limits: { memory: '128MiB' } } },
  },
  ports: { http: 8080, https: 8443 },
};
