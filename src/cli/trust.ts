import { X509Certificate } from 'node:crypto';
import { certificateAuthority } from '../deploy/certificate-authority.ts';
import { withLock } from '../deploy/lock.ts';
import { loadCluster } from './cluster.ts';
import { printJson } from './output.ts';

/** Prints the authority that signs this cluster's certificates, and how each system is told to trust it; also before the first start. */
export async function trust(options: { readonly cluster?: string; readonly json?: true }): Promise<number> {
  const { declaration, folder, problems, report } = await loadCluster(options.cluster);
  if (!declaration) {
    report(problems);
    return 1;
  }
  const { pem, path } = await withLock(folder.lockFile, 'trust', () => certificateAuthority(declaration, folder));
  const { subject, fingerprint256, validTo } = new X509Certificate(pem);
  if (options.json) {
    printJson({ subject, fingerprint: fingerprint256, validTo, path, pem });
    return 0;
  }
  console.log(pem);
  console.log(`${subject}, for ${declaration.domain} only\n  SHA-256 ${fingerprint256}\n  valid to ${validTo}\n  kept in ${path}\n`);
  if (declaration.tls !== 'internal') {
    console.log('People need not trust it: the edge shows them certificates of a public authority.');
    return 0;
  }
  console.log(
    `Debian, Ubuntu   sudo cp ${path} /usr/local/share/ca-certificates/datamancy-${declaration.name}.crt && sudo update-ca-certificates`,
  );
  console.log(`Fedora           sudo trust anchor ${path}`);
  console.log(`macOS            sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${path}`);
  console.log(`Windows          certutil -addstore Root ca.crt`);
  console.log('Firefox          Settings, Privacy & Security, View Certificates, Authorities, Import');
  console.log('iPhone, Android  send yourself ca.crt, open it, then switch full trust on in the settings of certificates');
  return 0;
}
