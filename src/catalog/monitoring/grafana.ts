import { oidc, postgres, reach, secret } from '../../contracts/index.ts';
import type { Tree } from '../../service/index.ts';
import { defineService, file, http, rendered, volume, yaml } from '../../service/index.ts';

const dashboards = '/etc/grafana/dashboards';

function source(type: string, url: string, jsonData: Tree): Tree {
  return { name: type, uid: type, type, access: 'proxy', url, isDefault: type === 'prometheus', editable: false, jsonData };
}

export const grafana = defineService('grafana', {
  title: 'Grafana',
  summary: 'Draws figures and logs of the cluster, with dashboards of your own.',
  docs: 'https://grafana.com/docs/grafana/v13.2/setup-grafana/configure-grafana/',
  licence: 'AGPL-3.0-only',
  category: 'monitoring',
  image: 'grafana/grafana:13.2.3',
  user: '472:0',

  ports: { web: http(3000) },
  volumes: { data: volume('/var/lib/grafana', { role: 'cache', backup: { skip: 'all that people make lies in the database' } }) },
  needs: {
    db: postgres(),
    signIn: oidc({ callback: '/login/generic_oauth' }),
    key: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }),
    sources: reach('metrics', 'logs', 'alerting'),
  },
  route: {
    port: 'web',
    access: { login: 'signIn', groups: ['viewer'], start: '/login/generic_oauth' },
    roles: { admin: ['admin'], editor: ['operator'], viewer: ['viewer'] },
  },
  // Ends with 503 as long as the database is out of reach.
  health: { port: 'web', path: '/api/health', startSeconds: 120 },
  smoke: { path: '/api/health', expect: { text: '"database": "ok"' } },
  metrics: { port: 'web', path: '/metrics' },
  limits: { memory: '768MiB', cpus: 1 },
  alerts: [
    {
      name: 'GrafanaFails',
      expr: 'sum(rate(grafana_http_request_duration_seconds_count{status_code=~"5.."}[5m])) > 0.2',
      for: '10m',
      severity: 'warning',
      summary: 'Grafana answers with errors: its database or a data source may be gone.',
    },
  ],
  dashboard: [
    { title: 'Answers', expr: 'sum by (status_code) (rate(grafana_http_request_duration_seconds_count[5m]))', unit: 'reqps' },
    {
      title: 'Slowest answer in 20',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(grafana_http_request_duration_seconds_bucket[5m])))',
      unit: 's',
    },
    {
      title: 'Questions to data sources',
      expr: 'sum by (datasource, code) (rate(grafana_datasource_request_total[5m]))',
      unit: 'reqps',
      legend: '{{datasource}}: {{code}}',
    },
    { title: 'Dashboards', expr: 'grafana_stat_totals_dashboard', unit: 'short' },
  ],
  logs: [
    {
      pattern: 'auth\\.oauth\\.token\\.exchange',
      means: 'The sign-on server refused the client or its certificate: run `datamancy up`.',
    },
    { pattern: 'Datasource provisioning error', means: 'A data source in the provisioning file was refused; the line says which.' },
  ],

  env: ({ db, signIn, key, cluster, url }) => ({
    GF_SERVER_ROOT_URL: url,
    GF_DATABASE_TYPE: 'postgres',
    GF_DATABASE_HOST: db.address,
    GF_DATABASE_NAME: db.name,
    GF_DATABASE_USER: db.user,
    GF_DATABASE_PASSWORD__FILE: file(db.password),
    GF_DATABASE_SSL_MODE: 'disable',
    GF_SECURITY_SECRET_KEY__FILE: file(key),
    GF_SECURITY_COOKIE_SECURE: true,
    // Nobody is there before somebody of the group admin signs in, so no password can be guessed.
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: true,
    GF_AUTH_DISABLE_LOGIN_FORM: true,
    GF_AUTH_GENERIC_OAUTH_ENABLED: true,
    GF_AUTH_GENERIC_OAUTH_NAME: cluster.name,
    GF_AUTH_GENERIC_OAUTH_AUTO_LOGIN: true,
    GF_AUTH_GENERIC_OAUTH_CLIENT_ID: signIn.clientId,
    GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET__FILE: file(signIn.clientSecret),
    GF_AUTH_GENERIC_OAUTH_SCOPES: signIn.scopes,
    GF_AUTH_GENERIC_OAUTH_AUTH_URL: signIn.authorizeUrl,
    GF_AUTH_GENERIC_OAUTH_TOKEN_URL: signIn.tokenUrl,
    GF_AUTH_GENERIC_OAUTH_API_URL: signIn.userinfoUrl,
    GF_AUTH_GENERIC_OAUTH_TLS_CLIENT_CA: file(signIn.authority),
    GF_AUTH_GENERIC_OAUTH_USE_PKCE: true,
    GF_AUTH_GENERIC_OAUTH_LOGIN_ATTRIBUTE_PATH: 'preferred_username',
    GF_AUTH_GENERIC_OAUTH_NAME_ATTRIBUTE_PATH: 'name',
    GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH:
      "contains(groups[*], 'admin') && 'GrafanaAdmin' || contains(groups[*], 'operator') && 'Editor' || 'Viewer'",
    GF_AUTH_GENERIC_OAUTH_ALLOW_ASSIGN_GRAFANA_ADMIN: true,
    GF_ANALYTICS_REPORTING_ENABLED: false,
    GF_ANALYTICS_CHECK_FOR_UPDATES: false,
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: false,
    GF_PLUGINS_PREINSTALL_DISABLED: true,
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${dashboards}/overview.json`,
  }),
  files: {
    sources: {
      path: '/etc/grafana/provisioning/datasources/cluster.yaml',
      content: ({ sources: { targets } }) =>
        yaml({
          apiVersion: 1,
          prune: true,
          datasources: targets.map(({ contract, host, port }) => {
            const at = `http://${host}:${port}`;
            if (contract === 'metrics') return source('prometheus', at, { httpMethod: 'POST', timeInterval: '15s' });
            return contract === 'logs' ? source('loki', at, {}) : source('alertmanager', at, { implementation: 'prometheus' });
          }),
        }),
    },
    folders: {
      path: '/etc/grafana/provisioning/dashboards/cluster.yaml',
      content: ({ cluster }) =>
        yaml({ apiVersion: 1, providers: [{ name: cluster.name, folder: cluster.name, type: 'file', options: { path: dashboards } }] }),
    },
    dashboards: { path: dashboards, content: () => rendered('grafana-dashboards') },
  },
});
