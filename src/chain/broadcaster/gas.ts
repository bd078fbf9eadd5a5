import { BaseError, type Hex, hexToBytes } from 'viem';
import type { ActiveLane } from './lane.ts';
import type { Order } from './payment.ts';
import { sound, wordsOf } from './rpcs.ts';

/** What is found out about a call before it is signed: the gas to give it, or why it is not worth a nonce. */
type Estimate = { readonly kind: 'gas'; readonly gas: bigint } | { readonly kind: 'refused'; readonly why: string };

/** No limit knows of fees, so a contract that works without end must not choose them; who orders `gas` himself may have more. */
const mostGas = 1_000_000n;

/** First four bytes of a call of `transfer(address,uint256)` (https://eips.ethereum.org/EIPS/eip-20). */
const tokenTransfer = '0xa9059cbb';

/** A fifth more than the call takes now. Refused where the contract refuses it, tells that it does not pay, or takes more than a cap. */
export async function estimateGas(lane: ActiveLane, call: Pick<Order, 'recipient' | 'value' | 'data'>): Promise<Estimate> {
  const { rpcs, signer } = lane;
  const { recipient: to, value, data } = call;
  // Bounded, and called before it is estimated, because some estimate for longer than an RPC has before it counts as away.
  const asked = { account: signer.address, to, value, data, gas: mostGas };
  try {
    const answer = await rpcs.ask(async (client) => client.call(asked), isRefusal);
    if (data.startsWith(tokenTransfer) && isFalse(answer.data)) {
      return { kind: 'refused', why: 'it would fail: the token answers that it does not pay' };
    }
    const least = leastGas(data);
    const gas = await rpcs.ask((client) => sound(client.estimateGas(asked), (one) => typeof one === 'bigint' && one >= least), isRefusal);
    if (gas > mostGas) return { kind: 'refused', why: `it takes ${gas} units of gas: above ${mostGas} they have to be ordered with it` };
    return { kind: 'gas', gas: (gas * 6n) / 5n };
  } catch (cause) {
    if (isRefusal(cause)) return { kind: 'refused', why: `it would fail: ${wordsOf(cause)}` };
    throw cause;
  }
}

/** What every transaction takes before any of it runs; with less no block takes it, and its nonce would be in the way of all later ones. */
function leastGas(data: Hex): bigint {
  const bytes = hexToBytes(data);
  const zeros = bytes.filter((byte) => byte === 0).length;
  return 21_000n + BigInt(zeros * 4 + (bytes.length - zeros) * 16);
}

/** Some tokens answer false where others revert; many old ones answer nothing and pay. */
function isFalse(answer: Hex | undefined): boolean {
  return answer !== undefined && /^0x0{64}$/.test(answer);
}

/** What machines say of a call that fails where no contract says it in its own words; the words are those of geth and its kin. */
const failures =
  /revert|insufficient funds|doesn't have enough funds|gas required exceeds|out of gas|invalid opcode|invalid jump|stack (?:under|over)flow/i;

/** The chain's own answer to a call that fails, which no other RPC would answer otherwise. */
function isRefusal(cause: unknown): boolean {
  if (!(cause instanceof BaseError)) return false;
  const isNamed = cause.walk((one) => /^(?:ExecutionReverted|InsufficientFunds)Error$/.test((one as Error).name)) !== null;
  return isNamed || failures.test(cause.details);
}
