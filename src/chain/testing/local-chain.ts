import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { createPublicClient, type Hex, http, type PublicClient } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createEdrProvider } from './edr.ts';
import { tokenBytecode } from './token.ts';

interface Call {
  readonly method: string;
  readonly params?: readonly unknown[] | undefined;
}

/** What an RPC answers in place of the chain; `proceed` asks the chain itself. `cut` ends the connection without a word. */
type Intercept = (call: Call, proceed: () => Promise<object>) => Promise<object | 'cut'>;

/** A whole chain behind an RPC on this machine, in which a test can put its hand. */
export interface LocalChain {
  readonly id: number;
  readonly url: string;
  readonly client: PublicClient;
  readonly token: Hex;
  rpc<T>(method: string, ...params: readonly unknown[]): Promise<T>;
  /** Stands between whoever asks over HTTP and the chain from now on. */
  intercept(by: Intercept | undefined): void;
  /** A further RPC of the same chain. */
  listen(by?: Intercept): Promise<string>;
  /** Puts a contract on the chain and gives its address. */
  deploy(code: Hex): Promise<Hex>;
  /** Coins from the rich account. */
  fund(address: Hex, wei: bigint): Promise<void>;
  /** Tokens from the rich account. */
  fundToken(address: Hex, amount: bigint): Promise<void>;
  close(): void;
}

/** The first account of Hardhat's well-known mnemonic, rich here and nowhere else. */
const richKey = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const rich = privateKeyToAccount(richKey).address;

export function rpcError(code: number, message: string): object {
  return { error: { code, message } };
}

export async function startLocalChain(chainId = 31_337): Promise<LocalChain> {
  const provider = await createEdrProvider({ chainId, balances: { [rich]: 10n ** 24n }, ownedKey: richKey });
  const servers: ReturnType<typeof createServer>[] = [];
  let own: Intercept | undefined;

  async function answer({ method, params }: Call): Promise<object> {
    const { data } = await provider.handleRequest(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: params ?? [] }));
    return typeof data === 'string' ? (JSON.parse(data) as object) : data;
  }

  async function rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    const answered = (await answer({ method, params })) as { readonly result: T; readonly error?: { readonly message: string } };
    if (answered.error) throw new Error(`${method}: ${answered.error.message}`);
    return answered.result;
  }

  async function listen(by?: Intercept): Promise<string> {
    const server = createServer((request, response) => {
      void (async () => {
        const { id, method, params } = JSON.parse(await readAll(request)) as Call & { readonly id: number };
        const intercept = by ?? own;
        const proceed = async (): Promise<object> => answer({ method, params });
        const answered = intercept ? await intercept({ method, params }, proceed) : await proceed();
        if (answered === 'cut') response.destroy();
        else send(response, { jsonrpc: '2.0', ...answered, id });
      })().catch(() => response.destroy());
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function give(transaction: object): Promise<{ readonly contractAddress: Hex }> {
    const hash = await rpc<Hex>('eth_sendTransaction', { from: rich, ...transaction });
    return rpc('eth_getTransactionReceipt', hash);
  }

  const url = await listen();
  const { contractAddress: token } = await give({ data: tokenBytecode });
  return {
    id: chainId,
    url,
    client: createPublicClient({ transport: http(url, { retryCount: 0 }), cacheTime: 0 }),
    token,
    rpc,
    intercept(by) {
      own = by;
    },
    listen,
    deploy: async (code) => (await give({ data: code })).contractAddress,
    async fund(to, wei) {
      await give({ to, value: `0x${wei.toString(16)}` });
    },
    async fundToken(to, amount) {
      await give({ to: token, data: `0xa9059cbb${to.slice(2).padStart(64, '0')}${amount.toString(16).padStart(64, '0')}` });
    },
    close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
