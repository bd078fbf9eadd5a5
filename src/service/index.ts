export type { Access, Bypass, IdentityHeaders } from './access.ts';
export { ini, json, lines, printContent, rendered, secretFilesInContent, secretsInContent, yaml } from './content.ts';
export type { Content, FinalContent, Plain, Tree } from './content.ts';
export { units } from './figures.ts';
export type { Alert, Panel } from './figures.ts';
export type { Asker, Health, LogSignature, Smoke } from './health.ts';
export { optional } from './need.ts';
export type { GrantOf, Need, Path } from './need.ts';
export type { SecretKind, SecretRequest } from './secret.ts';
export { defineService, http, tcp, udp, volume } from './service.ts';
export type {
  Allow,
  Category,
  ClusterFacts,
  Facts,
  Gpu,
  HostPath,
  Limits,
  Memory,
  Port,
  Service,
  Tmpfs,
  UnitLimits,
  Volume,
} from './service.ts';
export { file, part, printValue, secretFilesIn, secretsIn, text, withOpaqueSecrets } from './text.ts';
export type { Argument, Reveal, Secret, SecretFile, Text, Value } from './text.ts';
export { workerName } from './worker.ts';
export type { SetupStep, Worker, WorkerPlace } from './worker.ts';
