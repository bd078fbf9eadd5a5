import { createRequire } from 'node:module';

/** The part of EDR's own types that is used here (https://github.com/NomicFoundation/edr, crates/edr_napi/index.d.ts, 0.12.1). */
interface EdrProvider {
  handleRequest(request: string): Promise<{ readonly data: string | object }>;
}

interface Edr {
  readonly L1_CHAIN_TYPE: string;
  readonly MineOrdering: { readonly Priority: unknown };
  readonly EdrContext: new () => {
    registerProviderFactory(chainType: string, factory: unknown): Promise<void>;
    createProvider(chainType: string, config: object, logger: object, subscription: object, decoder: unknown): Promise<EdrProvider>;
  };
  readonly ContractDecoder: new () => unknown;
  l1ProviderFactory(): unknown;
  l1GenesisState(hardfork: unknown): readonly object[];
  l1HardforkFromString(name: string): unknown;
}

// The package for this platform alone: the one that gathers them all brings 216 MB for every system there is.
const edr = createRequire(import.meta.url)(`@nomicfoundation/edr-linux-${process.arch}-gnu`) as Edr;
let context: Promise<InstanceType<Edr['EdrContext']>> | undefined;

/** What the chain begins with. */
export interface Genesis {
  readonly chainId: number;
  /** Wei of each address. */
  readonly balances: Readonly<Record<string, bigint>>;
  /** Key of an account that the chain itself signs for. */
  readonly ownedKey: string;
}

/** A chain in this process, with Ethereum's rules of Cancun: the engine of Hardhat. Each transaction makes a block until it is told otherwise. */
export async function createEdrProvider({ chainId, balances, ownedKey }: Genesis): Promise<EdrProvider> {
  context ??= openContext();
  const funded = Object.entries(balances).map(([address, balance]) => ({ address: Buffer.from(address.slice(2), 'hex'), balance }));
  const blockGasLimit = 30_000_000n;
  return (await context).createProvider(
    edr.L1_CHAIN_TYPE,
    {
      allowBlocksWithSameTimestamp: true,
      allowUnlimitedContractSize: false,
      bailOnCallFailure: true,
      bailOnTransactionFailure: false,
      chainId: BigInt(chainId),
      coinbase: Buffer.alloc(20, 0xc0),
      defaultTransactionGasLimit: blockGasLimit,
      genesisState: [...edr.l1GenesisState(edr.l1HardforkFromString('Cancun')), ...funded],
      hardfork: 'Cancun',
      initialBaseFeePerGas: 1_000_000_000n,
      initialParentBeaconBlockRoot: Buffer.alloc(32),
      minGasPrice: 0n,
      mining: { autoMine: true, blockGasLimit, memPool: { order: edr.MineOrdering.Priority } },
      network: { genesisBlockGasLimit: blockGasLimit },
      networkId: BigInt(chainId),
      observability: {},
      ownedAccounts: [ownedKey],
      precompileOverrides: [],
    },
    { enable: false, decodeConsoleLogInputsCallback: () => [], printLineCallback: () => undefined },
    { subscriptionCallback: () => undefined },
    new edr.ContractDecoder(),
  );
}

async function openContext(): Promise<InstanceType<Edr['EdrContext']>> {
  const opened = new edr.EdrContext();
  await opened.registerProviderFactory(edr.L1_CHAIN_TYPE, edr.l1ProviderFactory());
  return opened;
}
