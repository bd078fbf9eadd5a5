#!/bin/bash
# Writes what docker-mailserver's variables and files say into the configuration of each daemon, and runs them: where one ends, all end.
set -eu

config=/tmp/docker-mailserver
state=/var/mail-state
bind_password=$(cat "$LDAP_BIND_PW__FILE")

# What Dovecot 2.3 calls %n and %u, and its list of fields, `=name=value,attribute=name`, in the words of 2.4.
filter() {
  sed 's/%n/%{user | username}/g; s/%u/%{user}/g' <<<"$1"
}
fields() {
  tr , '\n' <<<"$1" | sed -E 's/^=mail=([a-z]+):(.*)$/mail_driver = \1\nmail_path = \2/; s/^=([a-z]+)=(.*)$/\1 = \2/; s/^(\w+)=(\w+)$/\2 = %{ldap:\1}/'
}

# The numbers of users differ between images, and a volume may come from another one.
install -d "$state/spool-postfix"
install -d -o postfix -g postfix "$state/lib-postfix"
install -d -o _rspamd -g _rspamd "$state/lib-rspamd" /run/rspamd
install -d -o valkey -g valkey "$state/lib-redis"
install -d -o docker -g docker /var/mail
chown -R _rspamd:_rspamd "$state/lib-rspamd"
chown -R valkey:valkey "$state/lib-redis"
chown -R postfix:postfix "$state/lib-postfix"
for queue in active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace; do
  [ ! -d "$state/spool-postfix/$queue" ] || chown -R postfix "$state/spool-postfix/$queue"
done
for queue in maildrop public; do
  [ ! -d "$state/spool-postfix/$queue" ] || chgrp -R postdrop "$state/spool-postfix/$queue"
done

cat >>/etc/postfix/main.cf <<END
myhostname = $OVERRIDE_HOSTNAME
mydomain = ${OVERRIDE_HOSTNAME#*.}
inet_protocols = $POSTFIX_INET_PROTOCOLS
message_size_limit = $POSTFIX_MESSAGE_SIZE_LIMIT
smtpd_tls_chain_files = $SSL_KEY_PATH, $SSL_CERT_PATH
relayhost = ${DEFAULT_RELAY_HOST:-}
END
if [ "$SPOOF_PROTECTION" = 1 ]; then
  echo 'mua_sender_restrictions = reject_authenticated_sender_login_mismatch, permit_sasl_authenticated, reject' >>/etc/postfix/main.cf
fi
cat "$config/postfix-main.cf" >>/etc/postfix/main.cf
postconf -n >/tmp/main.cf 2>/dev/null
cat /tmp/main.cf >/etc/postfix/main.cf
install -m 640 -g postfix /dev/null /etc/postfix/ldap-users.cf
cat >/etc/postfix/ldap-users.cf <<END
server_host = $LDAP_SERVER_HOST
version = 3
bind = yes
bind_dn = $LDAP_BIND_DN
bind_pw = $bind_password
search_base = $LDAP_SEARCH_BASE
query_filter = $LDAP_QUERY_FILTER_USER
result_attribute = uid
END

install -m 600 /dev/null /etc/dovecot/local.conf
cat >/etc/dovecot/local.conf <<END
protocols = imap lmtp $([ "$ENABLE_MANAGESIEVE" = 0 ] || echo sieve)
listen = $([ "$DOVECOT_INET_PROTOCOLS" = ipv4 ] && echo '*' || echo '*, ::')
postmaster_address = $POSTMASTER_ADDRESS
hostname = $OVERRIDE_HOSTNAME
ssl_server_cert_file = $SSL_CERT_PATH
ssl_server_key_file = $SSL_KEY_PATH
ldap_uris = $LDAP_SERVER_HOST
ldap_base = $LDAP_SEARCH_BASE
ldap_auth_dn = $LDAP_BIND_DN
ldap_auth_dn_password = $bind_password
passdb ldap {
  bind = $DOVECOT_AUTH_BIND
  filter = $(filter "$DOVECOT_USER_FILTER")
  fields {
$(fields "$DOVECOT_PASS_ATTRS")
  }
}
passdb passwd-file {
  passwd_file_path = $config/services.passwd
}
userdb ldap {
  filter = $(filter "$DOVECOT_USER_FILTER")
  fields {
$(fields "$DOVECOT_USER_ATTRS")
  }
}
END

echo "enabled = $([ "$RSPAMD_GREYLISTING" = 1 ] && echo true || echo false);" >/etc/rspamd/local.d/greylist.conf
cp "$config"/rspamd/override.d/* /etc/rspamd/override.d/

# Left behind by a kill, it may name another process by now.
rm -f /run/dovecot/master.pid
trap : TERM INT
setpriv --reuid=valkey --regid=valkey --clear-groups valkey-server --bind 127.0.0.1 --dir "$state/lib-redis" --dbfilename dms-dump.rdb --loglevel warning &
rspamd --no-fork --user _rspamd --group _rspamd &
dovecot -F &
postfix start-fg &
wait -n || true
kill $(jobs -p) 2>/dev/null || true
wait
