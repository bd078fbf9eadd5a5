import type { Provider, Step } from '../contracts/index.ts';
import { contracts } from '../contracts/index.ts';
import { workerName } from '../service/index.ts';
import type { ResolvedStack } from '../stack/stack.ts';

/** What is run inside a unit so that it honours every grant of one contract, or is set up. Run again, it changes nothing. */
export interface ProviderSteps {
  readonly provider: Pick<Provider, 'name'>;
  /** Of the contract, or `setup`. */
  readonly kind: string;
  readonly steps: readonly Step[];
}

/** The steps of every provider in the order of the contracts' names, also where it has no client yet, then those that set services up. */
export function stepsOf({ name, domain, declaration, groups, providers, grants, services }: ResolvedStack): readonly ProviderSteps[] {
  const cluster = { name, domain, bind: declaration.bind, admin: declaration.admin };
  const granting = Object.entries(contracts).flatMap(([kind, contract]): readonly ProviderSteps[] => {
    const provider = providers[kind];
    if (!provider || !contract.apply) return [];
    const steps = contract.apply({ cluster, groups, provider, grants: grants.filter((grant) => grant.kind === kind) });
    const { worker } = provider.provision;
    return [{ provider: { name: worker === undefined ? provider.name : workerName(provider.name, worker) }, kind, steps }];
  });
  const settingUp = services.flatMap(({ name: service, setup }) =>
    setup.length === 0 ? [] : [{ provider: { name: service }, kind: 'setup', steps: setup }],
  );
  return [...granting, ...settingUp];
}
