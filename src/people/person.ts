/** invited: has no password yet; disabled: kept out until enabled; locked: kept out for some minutes after many wrong passwords. */
export type PersonState = 'active' | 'invited' | 'disabled' | 'locked';

/** A person, or an account that no person uses, as the directory has it. */
export interface Person {
  readonly dn: string;
  /** The directory's entryUUID, under which the sign-on server knows the person. */
  readonly id: string;
  readonly name: string;
  readonly fullName: string;
  readonly mail: string;
  /** Sorted. */
  readonly groups: readonly string[];
  readonly state: PersonState;
  readonly kind: 'person' | 'probe' | 'service';
  /** What a link stands on, as the sign-on server has it: the id, a space, and `pwdChangedTime`, which is nothing before the first change. */
  readonly passwordState: string;
}

export interface Group {
  readonly dn: string;
  readonly name: string;
  /** DNs in lower case; without the one that stands for nobody. */
  readonly members: readonly string[];
}

/** Everybody in the directory, sorted by name. */
export interface People {
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
}

/** Somebody who is to be added. */
export interface Draft {
  readonly name: string;
  readonly mail: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  /** Absent for a person who chooses one by a link. */
  readonly password?: string;
}
