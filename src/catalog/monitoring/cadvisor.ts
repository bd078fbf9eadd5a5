import { engine } from '../../contracts/index.ts';
import { defineService, http } from '../../service/index.ts';

const unwanted = 'advtcp,cpu_topology,cpuset,disk,hugetlb,memory_numa,percpu,perf_event,process,referenced_memory,resctrl,sched,tcp,udp';

/** Without a page of its own: it would show the whole machine to whoever reaches it. Names of containers come through docker-socket-proxy. */
export const cadvisor = defineService('cadvisor', {
  title: 'cAdvisor',
  summary: 'Figures of each container: memory, processors, network, against what it may have.',
  docs: 'https://github.com/google/cadvisor/blob/v0.60.5/docs/runtime_options.md',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'ghcr.io/google/cadvisor:v0.60.5',
  user: '0:0',

  ports: { web: http(8080) },
  provides: { containers: { port: 'web' } },
  needs: { docker: engine() },
  hostPaths: [
    { path: '/sys', reason: 'the kernel counts there what each container uses' },
    { path: '/proc', target: '/rootfs/proc', reason: 'the traffic of a container stands with the processes that it has' },
    {
      path: '/var/lib/docker/image',
      target: '/rootfs/var/lib/docker/image',
      reason: 'it takes a container for one only where it finds the number of its layers',
    },
  ],
  health: { port: 'web', path: '/healthz' },
  smoke: { path: '/metrics', expect: { text: 'container_memory_working_set_bytes' } },
  metrics: { port: 'web', path: '/metrics' },
  limits: { memory: '256MiB', cpus: 0.5 },
  allow: { root: 'what the engine writes about layers may be read by root alone; without capabilities it can do no more than that' },
  alerts: [
    {
      name: 'ContainerAlmostFull',
      expr: 'container_memory_working_set_bytes{name!=""} / (container_spec_memory_limit_bytes{name!=""} > 0) > 0.92',
      for: '10m',
      severity: 'warning',
      summary: 'Container {{ $labels.name }} uses more than 92 % of the memory that it may have.',
    },
    {
      name: 'ContainerHeldBack',
      expr: 'rate(container_cpu_cfs_throttled_periods_total{name!=""}[10m]) / rate(container_cpu_cfs_periods_total{name!=""}[10m]) > 0.6',
      for: '30m',
      severity: 'warning',
      summary: 'Container {{ $labels.name }} waits for processors more often than it runs: raise its limits.cpus.',
    },
  ],
  dashboard: [
    {
      title: 'Memory of what it may have',
      expr: 'container_memory_working_set_bytes{name!=""} / (container_spec_memory_limit_bytes{name!=""} > 0)',
      unit: 'percentunit',
      legend: '{{name}}',
    },
    { title: 'Processors', expr: 'sum by (name) (rate(container_cpu_usage_seconds_total{name!=""}[5m]))', unit: 'short' },
    { title: 'Received', expr: 'sum by (name) (rate(container_network_receive_bytes_total{name!=""}[5m]))', unit: 'binBps' },
    {
      title: 'Held back',
      expr: 'rate(container_cpu_cfs_throttled_periods_total{name!=""}[5m]) / rate(container_cpu_cfs_periods_total{name!=""}[5m])',
      unit: 'percentunit',
      legend: '{{name}}',
    },
  ],
  logs: [
    {
      pattern: 'Registration of the docker container factory failed',
      means: 'docker-socket-proxy is missing, or cannot reach the engine.',
    },
    {
      pattern: 'failed to identify the read-write layer',
      means: 'The engine keeps its data elsewhere than in /var/lib/docker, or in containerd.',
    },
  ],

  command: ({ docker, here: { listen } }) => [
    `--docker=${docker.url}`,
    `--listen_ip=${listen.web.address}`,
    `--port=${listen.web.port}`,
    '--docker_only=true',
    '--store_container_labels=false',
    '--whitelisted_container_labels=org.datamancy.cluster,org.datamancy.service',
    '--housekeeping_interval=15s',
    `--disable_metrics=${unwanted}`,
  ],
});
