import { defineService, lines, tcp, udp } from '../../service/index.ts';

const ownNetworks = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1/128', 'fc00::/7', 'fe80::/10'];

/**
 * Devices use it once their router names this machine as the name server. Every name below the cluster's domain leads to the edge;
 * for all others it asks the servers that are responsible, from the root down, so that no provider learns what anybody visits.
 */
export const unbound = defineService('unbound', {
  title: 'Unbound',
  summary: 'Answers names for the devices of your network, and finds this cluster for them.',
  docs: 'https://unbound.docs.nlnetlabs.nl/en/latest/manpages/unbound.conf.html',
  licence: 'BSD-3-Clause',
  category: 'edge',
  // It answers with an address that only its owner knows.
  profiles: [],
  debian: 'unbound',
  user: '1000:1000',

  ports: { names: udp(53), namesTcp: tcp(53) },
  publish: ['names', 'namesTcp'],

  health: { command: ['nslookup', 'localhost', '127.0.0.1'] },
  smoke: { command: ['sh', '-c', 'nslookup "any.$DOMAIN" 127.0.0.1 | grep -qF "$ADDRESS" && echo found'], expect: 'found' },
  limits: { memory: '256MiB', cpus: 0.5 },
  logs: [
    { pattern: 'SERVFAIL', means: 'A name could not be looked up: perhaps the machine has no way out at port 53.' },
    { pattern: 'failed to prime trust anchor', means: 'The clock is wrong, or somebody on the way changes the answers of the root.' },
  ],

  env: ({ cluster }) => ({ DOMAIN: cluster.domain, ADDRESS: cluster.bind }),
  command: ({ here }) => ['-c', here.file.config],
  files: {
    config: {
      path: '/etc/unbound/cluster.conf',
      content: ({ cluster, here }) =>
        lines(
          'include: /etc/unbound/unbound.conf',
          'server:',
          `  port: ${here.listen.names.port}`,
          ...ownNetworks.map((network) => `  access-control: ${network} allow`),
          `  local-zone: "${cluster.domain}." redirect`,
          `  local-data: "${cluster.domain}. 300 IN ${cluster.bind.includes(':') ? 'AAAA' : 'A'} ${cluster.bind}"`,
          '  log-servfail: yes',
          '  prefetch: yes',
        ),
    },
  },
});
