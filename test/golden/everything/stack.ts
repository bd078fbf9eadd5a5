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
    services: Object.fromEntries(services.map(({ name }) => [name, name === 'board' ? { secondFactor: true } : {}])),
    clients: {
      grafana: {
        title: 'Grafana | at work',
        redirects: ['https://grafana.example.net/login/generic_oauth'],
        postLogoutRedirects: ['https://grafana.example.net/login'],
        groups: ['operator'],
        secondFactor: true,
        consent: 'pre-configured',
        consentDuration: '30 days',
        audience: ['https://grafana.example.net'],
      },
      'org.example.mobile': {
        public: true,
        redirects: ['org.example.mobile:/callback', 'http://127.0.0.1/callback'],
        scopes: ['openid', 'offline_access'],
      },
    },
  },
  ports: { http: 80, https: 443 },
};
