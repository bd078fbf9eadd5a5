import { miniflux } from './apps/miniflux.ts';
import { ntfy } from './communication/ntfy.ts';
import { radicale } from './collaboration/radicale.ts';
import { mariadb } from './data/mariadb.ts';
import { postgresql } from './data/postgresql.ts';
import { valkey } from './data/valkey.ts';
import { mkdocs } from './docs/mkdocs.ts';
import { caddy } from './edge/caddy.ts';
import { authelia } from './identity/authelia.ts';
import { gate } from './identity/gate.ts';
import { ldapAccountManager } from './identity/ldap-account-manager.ts';
import { openldap } from './identity/openldap.ts';
import { adminer } from './management/adminer.ts';
import { alertmanager } from './monitoring/alertmanager.ts';
import { mysqldExporter } from './monitoring/mysqld-exporter.ts';
import { nodeExporter } from './monitoring/node-exporter.ts';
import { postgresExporter } from './monitoring/postgres-exporter.ts';
import { prometheus } from './monitoring/prometheus.ts';

/** Every service that a cluster may declare, sorted by name. */
export const catalog = {
  adminer,
  alertmanager,
  authelia,
  caddy,
  gate,
  'ldap-account-manager': ldapAccountManager,
  mariadb,
  miniflux,
  mkdocs,
  'mysqld-exporter': mysqldExporter,
  'node-exporter': nodeExporter,
  ntfy,
  openldap,
  'postgres-exporter': postgresExporter,
  postgresql,
  prometheus,
  radicale,
  valkey,
};
