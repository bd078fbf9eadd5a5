import { defineService, reach } from '../../src/service-api.ts';

/** An owner's own service that uses what nothing in the catalog cannot do without. */
export const client = defineService('client', {
  title: 'Client',
  summary: 'Reaches for what nothing else in the cluster would use.',
  docs: 'https://example.org/docs',
  licence: 'Apache-2.0',
  category: 'tools',
  debian: 'base',
  user: '65534:65534',
  ports: {},
  needs: { used: reach('nats', 'speech', 'transcription') },
  health: { command: ['sh', '-c', 'kill -0 1'] },
  limits: { memory: '32MiB', cpus: 0.1 },
  command: () => ['sleep', 'infinity'],
  stopSeconds: 1,
});
