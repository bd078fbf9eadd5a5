import { type Decision, type Event, initialState, type Rules, type State } from '../scheduler/state.ts';
import { step } from '../scheduler/step.ts';

export const rules: Rules = {
  bytes: 10,
  minimumStayMs: 1_000,
  lingerMs: 100,
  patienceMs: 500,
  waiting: { each: 5, together: 12, ms: 60_000 },
  models: {
    small: { bytes: 3, parallel: 2 },
    medium: { bytes: 5, parallel: 2 },
    large: { bytes: 8, parallel: 2 },
    huge: { bytes: 10, parallel: 1, idleMs: 5_000 },
    free: { bytes: 0, parallel: 3 },
  },
};

export interface World {
  now: number;
  state: State;
  readonly log: Decision[];
  wakeAt: number | undefined;
  tell(event: Event): readonly Decision[];
  /** Models of all decisions of this kind, in order. */
  decided(kind: Decision['kind']): readonly string[];
}

/** The scheduler with a clock, and with servers that do what they are told when the test says so. */
export function createWorld(own: Rules = rules): World {
  const world: World = {
    now: 0,
    state: initialState(own, 0),
    log: [],
    wakeAt: undefined,
    tell(event) {
      const { state, decisions, wakeAt } = step(world.state, own, event, world.now);
      world.state = state;
      world.wakeAt = wakeAt;
      world.log.push(...decisions);
      return decisions;
    },
    decided: (kind) => world.log.flatMap((decision) => (decision.kind === kind ? [decision.model] : [])),
  };
  return world;
}

/** Every server was looked at; those named are awake. */
export function seeAll(world: World, resident: readonly string[] = []): void {
  for (const model of Object.keys(world.state)) world.tell({ kind: 'seen', model, as: resident.includes(model) ? 'in' : 'out' });
}
