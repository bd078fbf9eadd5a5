// oxlint-disable-next-line import/no-unassigned-import -- what @peculiar/x509 needs before it loads
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type Parts, valueOf } from './maker.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A root certificate in PEM for this P-256 key: it may sign certificates of servers below the domain for ten years, and nothing else. */
export async function rootCertificate(privateKey: string, name: string, domain: string): Promise<string> {
  const keys = await keyPairOf(privateKey);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`${name} authority`] }],
    ...validFor(10),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new Extension('2.5.29.30', true, nameConstraints(domain)),
    ],
  });
  return `${made.toString('pem')}\n`;
}

/** A certificate in PEM for the P-256 key of a server, for two years: Apple's devices take none that lives for more than 825 days. */
export async function serverCertificate(privateKey: string, host: string, signer: Parts): Promise<string> {
  const { publicKey } = await keyPairOf(privateKey);
  const root = new X509Certificate(signer['certificate'] ?? '');
  const made = await X509CertificateGenerator.create({
    subject: [{ CN: [host] }],
    issuer: root.subjectName,
    ...validFor(2),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: (await keyPairOf(valueOf(signer))).privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(root),
    ],
  });
  return `${made.toString('pem')}\n`;
}

function validFor(years: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const notBefore = new Date();
  notBefore.setMilliseconds(0);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notBefore.getUTCFullYear() + years);
  return { notBefore, notAfter };
}

async function keyPairOf(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const key = createPrivateKey(pem);
  const { subtle } = webcrypto;
  return {
    privateKey: await subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, true, ['sign']),
    publicKey: await subtle.importKey('spki', createPublicKey(key).export({ type: 'spki', format: 'der' }), algorithm, true, ['verify']),
  };
}

/** The domain and what is below it, and no IP address: who steals the key can speak for nobody else (RFC 5280, section 4.2.1.10). */
function nameConstraints(domain: string): Buffer {
  const permitted = der(0x30, der(0x82, Buffer.from(domain)));
  const addresses = [8, 32].map((length) => der(0x30, der(0x87, Buffer.alloc(length))));
  return der(0x30, Buffer.concat([der(0xa0, permitted), der(0xa1, Buffer.concat(addresses))]));
}

/** One DER element: a tag, the shortest form of the length, the content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
