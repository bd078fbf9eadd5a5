import { type BerReader, Control } from 'ldapts';

/** Asks for the password policy's own words beside the answer to one request. */
interface PolicyQuestion {
  /** Goes with the request; a directory without a password policy leaves it aside. */
  readonly control: Control;
  /** The password was right, and a new one must be chosen before anything else. */
  asksForNewPassword(): boolean;
  /** Why a new password was refused, in words for the person. */
  refusalWords(): string;
}

const warningTag = 0xa0;
const graceTag = 0x81;
const errorTag = 0x81;

const passwordExpired = 0;
const changeAfterReset = 2;

const refusals: Readonly<Record<number, string>> = {
  3: 'Only an administrator can change this password.',
  5: 'This password is too easy to guess. Choose another one.',
  6: 'This password is too short. Choose a longer one.',
  7: 'Your password was changed only a short while ago. Try again later.',
  8: 'You had this password before. Choose a new one.',
};

/** The control of draft-behera-ldap-password-policy-10, section 6, which OpenLDAP's overlay answers. */
export function askPasswordPolicy(): PolicyQuestion {
  const control = new Control('1.3.6.1.4.1.42.2.27.8.5.1');
  let error: number | undefined;
  let isInGrace = false;
  control.parse = (reader: BerReader) => {
    const end = reader.readSequence() === null ? 0 : reader.offset + reader.length;
    if (reader.offset < end && reader.peek() === warningTag) {
      reader.readSequence(warningTag);
      isInGrace = reader.peek() === graceTag;
      reader.offset += reader.length;
    }
    if (reader.offset < end) error = reader.readTag(errorTag) ?? undefined;
  };
  return {
    control,
    asksForNewPassword: () => isInGrace || error === passwordExpired || error === changeAfterReset,
    refusalWords: () => refusals[error ?? -1] ?? 'The directory does not take this password. Choose another one.',
  };
}
