import { defineService, http, volume } from '../../service/index.ts';

/** Its own sign-in by OpenID Connect has to be paid for, so the edge lets members in and everybody is the same person inside. */
export const stirlingPdf = defineService('stirling-pdf', {
  title: 'Stirling PDF',
  summary: 'Merges, splits, converts, signs and reads PDF files, on this machine alone.',
  docs: 'https://docs.stirlingpdf.com/Configuration/System%20and%20Security',
  licence: 'MIT',
  category: 'apps',
  image: 'stirlingtools/stirling-pdf:2.14.3',
  user: '1000:1000',

  ports: { web: http(8080) },
  volumes: { configs: volume('/configs', { role: 'config', backup: 'weekly' }) },

  route: { port: 'web', host: 'pdf', access: { groups: ['viewer'] } },
  health: { port: 'web', path: '/api/v1/info/status', via: 'curl', startSeconds: 180 },
  smoke: { path: '/api/v1/info/status', via: 'curl', expect: { text: 'UP' } },
  limits: { memory: '2GiB', cpus: 2, pids: 1024 },
  // What is uploaded lies in /tmp, and so does every step on the way to what is downloaded.
  tmpfs: [{ path: '/tmp', size: '512MiB', exec: 'Java unpacks PDFium there and loads it' }],
  allow: { writableRoot: 'LibreOffice, Tesseract and the start script write into several directories of the image' },
  stopSeconds: 20,
  logs: [{ pattern: 'OutOfMemoryError', means: 'a file was too large: give the service more memory in cluster.yaml' }],

  env: ({ here, url }) => ({
    SERVER_ADDRESS: here.listen.web.address,
    SERVER_PORT: here.listen.web.port,
    SECURITY_ENABLELOGIN: false,
    SYSTEM_BACKENDURL: url,
    SYSTEM_ENABLEANALYTICS: false,
    SYSTEM_SHOWUPDATE: false,
    SYSTEM_DEFAULTLOCALE: 'en-GB',
  }),
});
