import { authorityCertificate } from '../../contracts/index.ts';
import { secretFileName } from '../expand.ts';
import { groupBy } from '../group-by.ts';
import type { ResolvedService } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const authorityTrusted: Rule = {
  id: 'authority-trusted',
  why: 'signing in ends with "unknown issuer": the app does not know who signed the certificate of the sign-on server',
  from: 'apps did not trust the certificate of the sign-on server, and nobody could sign in to them',
  check: ({ services, declaration }) => {
    if (declaration.tls !== 'internal') return [];
    const families = groupBy(services, ({ family }) => family);
    return services
      .filter((one) => asksItself(one) && !(families.get(one.name) ?? []).some(isTold))
      .map(({ name }) =>
        about(
          name,
          'it asks the sign-on server and is not given the authority that signs its certificate',
          'mount it where the app looks, such as SSL_CERT_FILE: file(signIn.authority)',
        ),
      );
  },
};

/** A public client is asked about in the browser, which trusts the authority already. */
function asksItself({ grants, broken, unmet }: ResolvedService): boolean {
  return (
    broken === undefined &&
    unmet.length === 0 &&
    grants.some(({ kind, grant }) => kind === 'oidc' && typeof grant === 'object' && grant !== null && 'clientSecret' in grant)
  );
}

function isTold({ secretFiles }: ResolvedService): boolean {
  return secretFiles.some((secret) => secretFileName(secret) === secretFileName(authorityCertificate));
}
