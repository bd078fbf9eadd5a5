import { describeAuthorization } from './openid/authorization.ts';
import { describeRefusals } from './openid/refusals.ts';
import type { OpenidTarget } from './openid/target.ts';
import { describeTokenEndpoint } from './openid/token-endpoint.ts';
import { describeTokensInUse } from './openid/tokens-in-use.ts';

/** What an OpenID provider must do, asked through its public face by a relying party that nobody here wrote. */
export function describeOpenid(name: string, target: () => OpenidTarget): void {
  describeAuthorization(name, target);
  describeRefusals(name, target);
  describeTokenEndpoint(name, target);
  describeTokensInUse(name, target);
}
