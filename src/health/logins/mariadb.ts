import { sqlLogin } from './sql.ts';

/** Refusals 1045 and 1044: https://mariadb.com/kb/en/mariadb-error-codes/ */
export const mariadbLogin = sqlLogin({
  variable: 'MYSQL_PWD',
  client: 'mariadb --no-defaults --skip-ssl-verify-server-cert --protocol=tcp -h "$1" -P "$2" -u "$3" -D "$4" -Nse "select current_user()"',
  system: 'mysql',
  saysUser: (user) => new RegExp(`^${user}@`, 'm'),
  wrongPassword: /ERROR 1045 .*Access denied/,
  notYours: /ERROR 1044 .*Access denied/,
});
