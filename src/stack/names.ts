import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { sizePattern } from '../kit/size.ts';

/** Every name that reaches SQL, LDIF, an ACL or a path is held to one of these, so none of them can break out. */
export const patterns = {
  cluster: /^[a-z][a-z0-9-]{0,30}$/,
  service: /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
  key: /^[a-z][A-Za-z0-9]{0,19}$/,
  part: /^[a-z][A-Za-z0-9-]{0,30}$/,
  group: /^[a-z][a-z0-9-]{0,62}$/,
  person: /^(?!datamancy-)[a-z][a-z0-9._-]{0,62}$/,
  label: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  email: /^[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9])?@[a-z0-9-]+(?:\.[a-z0-9-]+)*$/,
  variable: /^[A-Za-z_][A-Za-z0-9_]*$/,
  domain: /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  mailUser: /^[A-Za-z0-9._%+@-]{1,254}$/,
  title: /^[\p{L}\p{N}][\p{L}\p{N} ._+&()'-]{0,79}$/u,
  memory: sizePattern,
} as const;

const longestDomain = 253;

/** Why this is no domain a cluster can live under, as the end of a sentence; undefined where it is one. */
export function whyNoDomain(domain: string): string | undefined {
  if (isIP(domain) !== 0) return 'is an address: sign-in and certificates need a name';
  if (domain.endsWith('.')) return 'ends with a dot';
  if (domain !== domain.toLowerCase()) return 'has capital letters';
  if (domain.includes('://') || domain.includes('/')) return 'is an address of a page, not a domain';
  if (domain.length > longestDomain) return `is longer than ${longestDomain} characters`;
  const labels = domain.split('.');
  const wrong = labels.find((label) => !patterns.label.test(label));
  if (wrong !== undefined) return `has the part ${JSON.stringify(wrong)}, which is not 1 to 63 of a-z, 0-9 and inner dashes`;
  if (labels.length < 2) return 'is a single word: a domain has two parts or more';
  const last = labels.at(-1) ?? '';
  if (last === 'local')
    return 'ends in .local, which mDNS owns: browsers would ask the local network for it instead of a name server (RFC 6762)';
  if (/^\d+$/.test(last)) return 'ends in a number, which no name does';
  return undefined;
}

/** An address of at most 254 characters that is safe in LDIF, YAML and a mail header. */
export function isEmail(address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return (
    address.length <= 254 &&
    patterns.email.test(address) &&
    !address.includes('..') &&
    domain.split('.').every((label) => patterns.label.test(label))
  );
}

/** One certificate in PEM or up to twenty, with nothing else between them that could be a key. */
export function areCertificates(pem: string): boolean {
  const found = pem.trim().split(/(?<=-----END CERTIFICATE-----)\s*/);
  return found.length <= 20 && found.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  if (!/^-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]{1,16384}-----END CERTIFICATE-----$/.test(pem)) return false;
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
