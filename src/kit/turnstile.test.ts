import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { expect, test } from 'vitest';
import { createTurnstile, type Place } from './turnstile.ts';

const never = new AbortController().signal;

test('at most so many are inside, whether they wait or have not asked yet', () => {
  const turnstile = createTurnstile({ atOnce: 1, waiting: 1, waitMs: 5000 });
  const [first, second, third] = [turnstile.enter(), turnstile.enter(), turnstile.enter()];
  expect([first, second, third]).toEqual([expect.anything(), expect.anything(), undefined]);
  second?.leave();
  second?.leave();
  expect([turnstile.enter(), turnstile.enter()]).toEqual([expect.anything(), undefined]);
});

test('who waits too long has no turn, and takes none later', async () => {
  const states: unknown[] = [];
  const turnstile = createTurnstile({ atOnce: 1, waiting: 1, waitMs: 20 }, (state) => states.push(state));
  const [first, second] = [turnstile.enter(), turnstile.enter()];
  expect(await first?.turn(never)).toBe(true);
  expect(await second?.turn(never)).toBe(false);
  first?.leave();
  expect(states).toEqual([
    { running: 1, waiting: 0 },
    { running: 1, waiting: 1 },
    { running: 1, waiting: 0 },
    { running: 0, waiting: 0 },
  ]);
});

test('a wait ends with the reason of its signal, even one that was aborted before', async () => {
  const turnstile = createTurnstile({ atOnce: 1, waiting: 1, waitMs: 5000 });
  const [first, second] = [turnstile.enter(), turnstile.enter()];
  await expect(first?.turn(AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before');
  expect(await first?.turn(never)).toBe(true);
  const going = new AbortController();
  const turn = second?.turn(going.signal);
  going.abort(new Error('gone'));
  await expect(turn).rejects.toThrow('gone');
});

test('a place that is left while it waits has no turn, and holds up nobody', async () => {
  const turnstile = createTurnstile({ atOnce: 1, waiting: 2, waitMs: 5000 });
  const [first, second, third] = [turnstile.enter(), turnstile.enter(), turnstile.enter()];
  const turns = [first, second, third].map((place) => place?.turn(never));
  second?.leave();
  first?.leave();
  expect([await turns[0], await turns[1], await turns[2]]).toEqual([true, false, true]);
  third?.leave();
  expect([turnstile.running(), await second?.turn(never)]).toEqual([0, false]);
});

test('a turn is not handed to one who gave up at the same moment', async () => {
  const turnstile = createTurnstile({ atOnce: 1, waiting: 2, waitMs: 5000 });
  const [first, second, third] = [turnstile.enter(), turnstile.enter(), turnstile.enter()];
  const going = new AbortController();
  const turns = [first?.turn(never), second?.turn(going.signal), third?.turn(never)];
  going.abort(new Error('gone'));
  first?.leave();
  await expect(turns[1]).rejects.toThrow('gone');
  expect(await turns[2]).toBe(true);
});

interface Guest {
  readonly place: Place;
  readonly going: AbortController;
  state: 'entered' | 'waits' | 'runs' | 'left';
}

/** Guests of a turnstile, and what of its promises it broke. */
function createParty() {
  const limits = { atOnce: 2, waiting: 3, waitMs: 60_000 };
  const party = { told: { running: 0, waiting: 0 }, guests: new Array<Guest>(), waited: new Array<Guest>(), begun: new Array<Guest>() };
  const turnstile = createTurnstile(limits, (state) => (party.told = state));
  const mayEnter = (): boolean => party.guests.length < limits.atOnce + limits.waiting;
  return {
    party,
    enter: (): string[] => {
      const isExpected = mayEnter();
      const place = turnstile.enter();
      if (place) party.guests.push({ place, going: new AbortController(), state: 'entered' });
      return isExpected === (place !== undefined) ? [] : ['the bound does not hold'];
    },
    ask: (guest: Guest): void => {
      guest.state = 'waits';
      // One that is handed its turn hears of it a little later than one that need not wait.
      if (party.told.running === limits.atOnce) party.waited.push(guest);
      const begin = (isMine: boolean): void => {
        if (isMine) party.begun.push(guest);
        if (isMine && guest.state === 'waits') guest.state = 'runs';
      };
      guest.place.turn(guest.going.signal).then(begin, () => undefined);
    },
    leave: (guest: Guest): void => {
      guest.place.leave();
      guest.state = 'left';
      party.guests = party.guests.filter((other) => other !== guest);
    },
    wrong: (): string[] => [
      ...(party.told.running > limits.atOnce ? ['too many at once'] : []),
      ...(party.told.running < limits.atOnce && party.told.waiting > 0 ? ['somebody waits in vain'] : []),
    ],
  };
}

test('whatever they do: each bound holds, turns come in the order in which they were asked for, and none is lost', async () => {
  const kind = constantFrom('enter', 'enter', 'ask', 'ask', 'ask', 'abort', 'leave', 'pause');
  const actions = array(record({ kind, pick: nat(9) }), { minLength: 20, maxLength: 60 });
  await assert(
    asyncProperty(actions, async (all) => {
      const { party, enter, ask, leave, wrong } = createParty();
      const broken: string[] = [];
      for (const { kind: does, pick } of all) {
        const guest = party.guests[pick % Math.max(1, party.guests.length)];
        if (does === 'enter') broken.push(...enter());
        if (does === 'pause') await pause();
        if (does === 'ask' && guest?.state === 'entered') ask(guest);
        if (does === 'abort') guest?.going.abort();
        if (guest && (does === 'abort' || does === 'leave')) leave(guest);
        broken.push(...wrong());
      }
      await pause();
      const { waited, begun } = party;
      expect(begun.filter((guest) => waited.includes(guest))).toEqual(waited.filter((guest) => begun.includes(guest)));
      for (let round = 0; round < 4; round += 1) {
        for (const guest of party.guests) if (guest.state === 'runs') leave(guest);
        await pause();
      }
      expect([broken, party.guests.filter(({ state }) => state === 'waits'), party.told]).toEqual([[], [], { running: 0, waiting: 0 }]);
    }),
    { numRuns: 200 },
  );
});

async function pause(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
