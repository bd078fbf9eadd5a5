import { join } from 'node:path';

/** Where everything of the process runtime lies, inside the state of one cluster. */
export interface Places {
  /** Enterable by every unit; what each finds below is its own. */
  readonly root: string;
  /** Of the supervisor alone. */
  readonly control: string;
  readonly lock: string;
  readonly units: string;
  readonly logs: string;
  readonly supervisorLog: string;
  readonly portsFile: string;
  readonly secrets: string;
  readonly recipes: string;
}

/** `state` is the directory of everything derived, `.datamancy` of the cluster folder. */
export function placesIn(state: string): Places {
  const root = join(state, 'process');
  const control = join(root, '.control');
  return {
    root,
    control,
    lock: join(control, 'lock'),
    units: join(control, 'units'),
    logs: join(control, 'logs'),
    supervisorLog: join(control, 'supervisor.log'),
    portsFile: join(root, '.ports.json'),
    secrets: join(root, '.secrets'),
    recipes: join(root, '.recipes'),
  };
}

/** The places of one unit. Names that begin with a dot cannot be volumes. */
export interface UnitPlaces {
  readonly home: string;
  readonly files: string;
  readonly temporary: string;
  /** A passwd file that names the unit's user, for programs that insist on a name (see nss_wrapper). */
  readonly accounts: string;
  readonly log: string;
  readonly record: string;
  /** The part of its environment that shows secrets. */
  readonly envFile: string;
}

export function unitPlaces(places: Places, service: string): UnitPlaces {
  const home = join(places.root, service);
  return {
    home,
    files: join(home, '.files'),
    temporary: join(home, '.tmp'),
    accounts: join(home, '.files', '.accounts'),
    log: join(places.logs, `${service}.log`),
    record: join(places.units, `${service}.json`),
    envFile: join(places.units, `${service}.env`),
  };
}
