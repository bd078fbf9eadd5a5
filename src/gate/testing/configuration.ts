/** A configuration as the renderer writes it for gate and Authelia alike, secrets left to their files. */
export const configuration = `theme: auto
server:
  address: tcp://127.0.0.1:9091/
log:
  level: info
telemetry:
  metrics:
    enabled: true
    address: tcp://127.0.0.1:9959/metrics
totp:
  issuer: example.org
identity_validation:
  reset_password:
    jwt_secret: x
authentication_backend:
  refresh_interval: 1m
  ldap:
    address: ldap://127.0.0.1:3890
    timeout: 5s
    base_dn: dc=example,dc=org
    additional_users_dn: ou=people
    users_filter: (&({username_attribute}={input})(objectClass=inetOrgPerson))
    additional_groups_dn: ou=groups
    groups_filter: (&(member={dn})(objectClass=groupOfNames))
    user: cn=gate,ou=services,dc=example,dc=org
    attributes:
      username: uid
      display_name: displayName
access_control:
  default_policy: deny
  networks:
    - name: lan
      networks: [10.0.0.0/8]
  rules:
    - domain: open.example.org
      policy: bypass
    - domain: ['wiki.example.org', '*.wiki.example.org']
      policy: one_factor
      subject:
        - group:viewer
        - [group:operator, user:carol]
      networks: lan
      resources: '^/(?P<User>[a-z]+)/'
session:
  name: authelia_session
  cookies:
    - domain: example.org
      authelia_url: https://auth.example.org:8443
      expiration: 8h
      inactivity: 1h
      remember_me: 30d
  redis:
    host: 127.0.0.1
    port: 6379
    username: gate
regulation:
  max_retries: 5
  find_time: 2m
  ban_time: 10m
storage:
  local:
    path: /data/db.sqlite3
notifier:
  filesystem:
    filename: /data/notification.txt
`;
