// oxlint-disable-next-line import/no-unassigned-import -- what @peculiar/x509 needs before it loads
import 'reflect-metadata';
import { X509CertificateGenerator } from '@peculiar/x509';
import { expect, test } from 'vitest';
import { areCertificates } from './names.ts';

const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const keys = await crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
const certificate = (await X509CertificateGenerator.createSelfSigned({ name: 'CN=mail', keys, signingAlgorithm })).toString('pem');
const key = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')}\n-----END PRIVATE KEY-----`;

test('certificates in PEM are taken, one or several', () => {
  expect(areCertificates(certificate)).toBe(true);
  expect(areCertificates(`\n${certificate}\r\n${certificate}\n`)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['words', 'smtp.example.net'],
  ['a key', key],
  ['a key beside it', `${certificate}\n${key}`],
  ['words beside it', `${certificate}\nand more`],
  ['half of one', certificate.slice(0, certificate.length / 2)],
  ['letters that are none', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ['more than anybody has', Array.from({ length: 21 }, () => certificate).join('\n')],
])('%s is refused', (_, pem) => {
  expect(areCertificates(pem)).toBe(false);
});
