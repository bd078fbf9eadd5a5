import { defineService, http } from '../../service/index.ts';

/**
 * Reads the machine's processors, memory, load and disks from /proc and /sys, which the kernel shows in every container.
 * It has no directory of the host: the engine's disk is seen through /etc/hostname, which lies on it.
 */
export const nodeExporter = defineService('node-exporter', {
  title: 'Node exporter',
  summary: 'Figures of the machine: processors, memory, load, disks.',
  docs: 'https://github.com/prometheus/node_exporter/tree/v1.9.0',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'quay.io/prometheus/node-exporter:v1.9.0',
  debian: 'node-exporter',
  user: '65534:65534',

  ports: { metrics: http(9100) },
  provides: { machine: { port: 'metrics' } },
  health: { port: 'metrics', path: '/' },
  metrics: { port: 'metrics', path: '/metrics' },
  smoke: { path: '/metrics', expect: { text: 'node_memory_MemTotal_bytes' } },
  limits: { memory: '64MiB', cpus: 0.5 },
  alerts: [
    {
      name: 'DiskAlmostFull',
      expr: 'node_filesystem_avail_bytes{mountpoint="/etc/hostname"} / node_filesystem_size_bytes{mountpoint="/etc/hostname"} < 0.1',
      for: '5m',
      severity: 'critical',
      summary: 'Less than a tenth of the disk that holds every volume is free.',
    },
    {
      name: 'MemoryAlmostUsed',
      expr: 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.08',
      for: '5m',
      severity: 'warning',
      summary: 'Less than 8 % of the memory is available.',
    },
    {
      name: 'KilledForMemory',
      expr: 'increase(node_vmstat_oom_kill[15m]) > 0',
      for: '0m',
      severity: 'warning',
      summary: 'The kernel ended a process because memory ran out, or a unit reached its limit.',
    },
  ],
  dashboard: [
    { title: 'Processors in use', expr: '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m]))', unit: 'percentunit' },
    { title: 'Memory in use', expr: '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', unit: 'percentunit' },
    { title: 'Room on disk', expr: 'node_filesystem_avail_bytes{mountpoint="/etc/hostname"}', unit: 'bytes' },
    { title: 'Disk busy', expr: 'rate(node_disk_io_time_seconds_total[5m])', unit: 'percentunit', legend: '{{device}}' },
    { title: 'Work that waits for memory', expr: 'rate(node_pressure_memory_waiting_seconds_total[5m])', unit: 'percentunit' },
    { title: 'Load', expr: 'node_load5', unit: 'short' },
  ],
  logs: [{ pattern: 'collector failed', means: 'Some figures of the machine are missing; the line says which and why.' }],

  // Debian's build looks for systemd, which no container has.
  command: () => ['--no-collector.systemd'],
});
