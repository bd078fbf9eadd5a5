import { secret } from '../../contracts/index.ts';
import { defineService, http, lines, tcp, text, volume } from '../../service/index.ts';

/** Programs and people sign in as `admin`; `datamancy secrets show rabbitmq.password` prints the password. */
export const rabbitmq = defineService('rabbitmq', {
  title: 'RabbitMQ',
  summary: 'Queues between programs: work waits there until somebody takes it.',
  docs: 'https://www.rabbitmq.com/docs/configure',
  licence: 'MPL-2.0',
  category: 'tools',
  image: 'rabbitmq:4.3.5-management-alpine',
  debian: 'rabbitmq',
  user: '100:101',

  ports: { amqp: tcp(5672), web: http(15672), metrics: http(15692) },
  provides: { amqp: { port: 'amqp' } },
  volumes: { data: volume('/var/lib/rabbitmq', { role: 'data', backup: 'daily' }) },
  tmpfs: ['/var/log/rabbitmq'],
  needs: { password: secret({ kind: 'password' }) },

  route: { port: 'web', host: 'rabbitmq', access: { groups: ['operator'] } },
  health: { port: 'amqp', startSeconds: 90 },
  smoke: { command: ['rabbitmq-diagnostics', '--quiet', 'check_virtual_hosts'], expect: 'running' },
  metrics: { port: 'metrics', path: '/metrics' },
  limits: { memory: '512MiB', cpus: 1, pids: 1024 },
  stopSeconds: 60,
  alerts: [
    {
      name: 'QueuesTakeNoMore',
      expr: 'max(rabbitmq_alarms_memory_used_watermark) + max(rabbitmq_alarms_free_disk_space_watermark) > 0',
      for: '2m',
      severity: 'critical',
      summary: 'RabbitMQ holds all senders back because its memory or the disk is nearly full.',
    },
    {
      name: 'QueuesGrow',
      expr: 'sum(rabbitmq_queue_messages_ready) > 100000',
      for: '30m',
      severity: 'warning',
      summary: 'More than 100,000 messages wait in the queues: whoever takes them is too slow or gone.',
    },
  ],
  dashboard: [
    { title: 'Messages that wait', expr: 'sum(rabbitmq_queue_messages_ready)', unit: 'short' },
    { title: 'Messages taken', expr: 'sum(rate(rabbitmq_global_messages_received_total[5m]))', unit: 'ops' },
    { title: 'Messages delivered', expr: 'sum(rate(rabbitmq_global_messages_delivered_total[5m]))', unit: 'ops' },
    { title: 'Connections', expr: 'rabbitmq_connections', unit: 'short' },
    { title: 'Memory', expr: 'rabbitmq_process_resident_memory_bytes', unit: 'bytes' },
    { title: 'Room on disk', expr: 'rabbitmq_disk_space_available_bytes', unit: 'bytes' },
  ],
  logs: [
    {
      pattern: 'memory resource limit alarm set',
      means: 'Senders are held back until queues shrink: start the consumers, or raise limits.memory.',
    },
    {
      pattern: 'PLAIN login refused',
      means: 'A program signs in with an old password: give it the one that `datamancy secrets show` prints.',
    },
  ],

  // Its data lie in a folder with the node's name, which would be another one for each container.
  env: () => ({ RABBITMQ_NODENAME: 'rabbit@localhost' }),
  files: {
    settings: {
      path: '/etc/rabbitmq/conf.d/30-cluster.conf',
      content: ({ password, here: { listen } }) =>
        lines(
          `listeners.tcp.default = ${listen.amqp.port}`,
          `management.tcp.port = ${listen.web.port}`,
          `prometheus.tcp.port = ${listen.metrics.port}`,
          'default_user = admin',
          text`default_pass = ${password}`,
          'vm_memory_high_watermark.absolute = 320MiB',
          'disk_free_limit.absolute = 1GB',
          'log.console.level = warning',
        ),
    },
  },
  // With an option before the command, rabbitmqctl's script closes the input and waits for it ever after.
  setup: ({ password }) => [{ title: 'password of admin', argv: ['rabbitmqctl', 'change_password', 'admin'], input: text`${password}\n` }],
});
