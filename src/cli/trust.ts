import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { certificateAuthority } from '../deploy/certificate-authority.ts';
import { printJson } from './output.ts';
import { readyCluster } from './wire.ts';

/** Prints the authority that signs this cluster's certificates, and how each system is told to trust it. */
export async function trust(options: { readonly cluster?: string; readonly json?: true }, signal: AbortSignal): Promise<number> {
  const ready = await readyCluster(options.cluster);
  if (!ready) return 1;
  const pem = await certificateAuthority(ready.stack, ready.runtime, ready.folder, signal);
  const { subject, fingerprint256, validTo } = new X509Certificate(pem);
  const path = join(ready.folder.state, 'ca.crt');
  if (options.json) {
    printJson({ subject, fingerprint: fingerprint256, validTo, path, pem });
    return 0;
  }
  console.log(pem);
  console.log(`${subject}\n  SHA-256 ${fingerprint256}\n  valid to ${validTo}\n  kept in ${path}\n`);
  console.log(
    `Debian, Ubuntu   sudo cp ${path} /usr/local/share/ca-certificates/datamancy-${ready.stack.name}.crt && sudo update-ca-certificates`,
  );
  console.log(`Fedora           sudo trust anchor ${path}`);
  console.log(`macOS            sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${path}`);
  console.log(`Windows          certutil -addstore Root ca.crt`);
  console.log('Firefox          Settings, Privacy & Security, View Certificates, Authorities, Import');
  console.log('iPhone, Android  send yourself ca.crt, open it, then switch full trust on in the settings of certificates');
  return 0;
}
