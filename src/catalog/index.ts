import { embedding } from './ai/embedding.ts';
import { librechat } from './ai/librechat.ts';
import { litellm } from './ai/litellm.ts';
import { localai } from './ai/localai.ts';
import { openWebui } from './ai/open-webui.ts';
import { piper } from './ai/piper.ts';
import { searxng } from './ai/searxng.ts';
import { vllm } from './ai/vllm.ts';
import { whisper } from './ai/whisper.ts';
import { bookstack } from './apps/bookstack.ts';
import { dokuwiki } from './apps/dokuwiki.ts';
import { filebrowser } from './apps/filebrowser.ts';
import { homepage } from './apps/homepage.ts';
import { miniflux } from './apps/miniflux.ts';
import { nextcloud } from './apps/nextcloud.ts';
import { onlyoffice } from './apps/onlyoffice.ts';
import { outline } from './apps/outline.ts';
import { paperlessNgx } from './apps/paperless-ngx.ts';
import { planka } from './apps/planka.ts';
import { seafile } from './apps/seafile.ts';
import { stirlingPdf } from './apps/stirling-pdf.ts';
import { vaultwarden } from './apps/vaultwarden.ts';
import { homeAssistant } from './automation/home-assistant.ts';
import { kopia } from './backup/kopia.ts';
import { resticRestServer } from './backup/restic-rest-server.ts';
import { forgejo } from './collaboration/forgejo.ts';
import { jupyterhub } from './collaboration/jupyterhub.ts';
import { radicale } from './collaboration/radicale.ts';
import { syncthing } from './collaboration/syncthing.ts';
import { element } from './communication/element.ts';
import { mailserver } from './communication/mailserver.ts';
import { mailu } from './communication/mailu.ts';
import { mastodon } from './communication/mastodon.ts';
import { ntfy } from './communication/ntfy.ts';
import { roundcube } from './communication/roundcube.ts';
import { sogo } from './communication/sogo.ts';
import { synapse } from './communication/synapse.ts';
import { clickhouse } from './data/clickhouse.ts';
import { couchdb } from './data/couchdb.ts';
import { mariadb } from './data/mariadb.ts';
import { memcached } from './data/memcached.ts';
import { mongodb } from './data/mongodb.ts';
import { pgbouncer } from './data/pgbouncer.ts';
import { postgresql } from './data/postgresql.ts';
import { qdrant } from './data/qdrant.ts';
import { timescaledb } from './data/timescaledb.ts';
import { valkey } from './data/valkey.ts';
import { mkdocs } from './docs/mkdocs.ts';
import { caddy } from './edge/caddy.ts';
import { crowdsec } from './edge/crowdsec.ts';
import { unbound } from './edge/unbound.ts';
import { authelia } from './identity/authelia.ts';
import { gate } from './identity/gate.ts';
import { ldapAccountManager } from './identity/ldap-account-manager.ts';
import { openldap } from './identity/openldap.ts';
import { phpldapadmin } from './identity/phpldapadmin.ts';
import { adminer } from './management/adminer.ts';
import { dockerControlProxy } from './management/docker-control-proxy.ts';
import { dockerRegistry } from './management/docker-registry.ts';
import { dockerSocketProxy } from './management/docker-socket-proxy.ts';
import { dockge } from './management/dockge.ts';
import { dozzle } from './management/dozzle.ts';
import { mongoExpress } from './management/mongo-express.ts';
import { pgadmin } from './management/pgadmin.ts';
import { portainer } from './management/portainer.ts';
import { watchtower } from './management/watchtower.ts';
import { dim } from './media/dim.ts';
import { jellyfin } from './media/jellyfin.ts';
import { qbittorrent } from './media/qbittorrent.ts';
import { alertmanager } from './monitoring/alertmanager.ts';
import { alloy } from './monitoring/alloy.ts';
import { blackboxExporter } from './monitoring/blackbox-exporter.ts';
import { cadvisor } from './monitoring/cadvisor.ts';
import { grafana } from './monitoring/grafana.ts';
import { loki } from './monitoring/loki.ts';
import { mysqldExporter } from './monitoring/mysqld-exporter.ts';
import { nodeExporter } from './monitoring/node-exporter.ts';
import { postgresExporter } from './monitoring/postgres-exporter.ts';
import { prometheus } from './monitoring/prometheus.ts';
import { valkeyExporter } from './monitoring/valkey-exporter.ts';
import { victoriaMetrics } from './monitoring/victoria-metrics.ts';
import { browserless } from './tools/browserless.ts';
import { mosquitto } from './tools/mosquitto.ts';
import { nats } from './tools/nats.ts';
import { rabbitmq } from './tools/rabbitmq.ts';
import { redpandaConnect } from './tools/redpanda-connect.ts';

/** Every service that a cluster may declare, sorted by name. */
export const catalog = {
  adminer,
  alertmanager,
  alloy,
  authelia,
  'blackbox-exporter': blackboxExporter,
  bookstack,
  browserless,
  caddy,
  cadvisor,
  clickhouse,
  couchdb,
  crowdsec,
  dim,
  'docker-control-proxy': dockerControlProxy,
  'docker-registry': dockerRegistry,
  'docker-socket-proxy': dockerSocketProxy,
  dockge,
  dokuwiki,
  dozzle,
  element,
  embedding,
  filebrowser,
  forgejo,
  gate,
  grafana,
  'home-assistant': homeAssistant,
  homepage,
  jellyfin,
  jupyterhub,
  kopia,
  'ldap-account-manager': ldapAccountManager,
  librechat,
  litellm,
  localai,
  loki,
  mailserver,
  mailu,
  mariadb,
  mastodon,
  memcached,
  miniflux,
  mkdocs,
  'mongo-express': mongoExpress,
  mongodb,
  mosquitto,
  'mysqld-exporter': mysqldExporter,
  nats,
  nextcloud,
  'node-exporter': nodeExporter,
  ntfy,
  onlyoffice,
  'open-webui': openWebui,
  openldap,
  outline,
  'paperless-ngx': paperlessNgx,
  pgadmin,
  pgbouncer,
  phpldapadmin,
  piper,
  planka,
  portainer,
  'postgres-exporter': postgresExporter,
  postgresql,
  prometheus,
  qbittorrent,
  qdrant,
  rabbitmq,
  radicale,
  'redpanda-connect': redpandaConnect,
  'restic-rest-server': resticRestServer,
  roundcube,
  seafile,
  searxng,
  sogo,
  'stirling-pdf': stirlingPdf,
  synapse,
  syncthing,
  timescaledb,
  unbound,
  valkey,
  'valkey-exporter': valkeyExporter,
  vaultwarden,
  'victoria-metrics': victoriaMetrics,
  vllm,
  watchtower,
  whisper,
};
