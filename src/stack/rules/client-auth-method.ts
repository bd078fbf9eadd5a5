import type { SignOnClient } from '../clients.ts';
import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientAuthMethod: Rule = {
  id: 'client-auth-method',
  why: 'the sign-on server would not start, or anyone could take the application’s place',
  from: 'an app sent its secret in another way than the server expected, and got invalid_client',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const wrong = wrongMethod(client);
      return wrong ? [aboutClient(client, wrong.why, wrong.fix, 'auth_method')] : [];
    }),
};

/** Only digests of secrets are in the configuration, so a method that signs with the secret itself cannot be checked. */
function wrongMethod({ isPublic, authMethod }: SignOnClient): { readonly why: string; readonly fix: string } | undefined {
  if (isPublic && authMethod !== 'none')
    return { why: `it is public, so it has no secret for ${authMethod}`, fix: 'remove auth_method, or public' };
  if (isPublic) return undefined;
  switch (authMethod) {
    case 'client_secret_basic':
    case 'client_secret_post':
      return undefined;
    case 'none':
      return { why: 'it is not public, so it must prove itself with its secret', fix: 'write client_secret_basic, or public: true' };
    case 'client_secret_jwt':
      return {
        why: 'client_secret_jwt needs the secret itself at the sign-on server, which has its digest only',
        fix: 'write client_secret_basic',
      };
    default:
      return { why: `${authMethod} needs a key of the application, which has no place here`, fix: 'write client_secret_basic' };
  }
}
