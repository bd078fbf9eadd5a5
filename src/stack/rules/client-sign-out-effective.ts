import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientSignOutEffective: Rule = {
  id: 'client-sign-out-effective',
  why: 'the owner would believe that signing out of the application ends the session here too',
  check: ({ clients, providers }) => {
    const provider = providers['oidc'];
    if (!provider || provider.provision['signOut'] !== undefined) return [];
    return clients
      .filter(({ section, postLogoutRedirects }) => section === 'clients' && postLogoutRedirects.length > 0)
      .map((client) =>
        aboutClient(
          client,
          `post_logout_redirects has no effect: ${provider.name} lets no application sign people out`,
          'remove post_logout_redirects',
          'post_logout_redirects',
        ),
      );
  },
};
