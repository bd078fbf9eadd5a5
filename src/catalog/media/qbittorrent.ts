import { defineService, http, lines, tcp, udp, volume } from '../../service/index.ts';

export const qbittorrent = defineService('qbittorrent', {
  title: 'qBittorrent',
  summary: 'Fetches and shares files over BitTorrent, steered in a browser.',
  docs: 'https://github.com/qbittorrent/docker-qbittorrent-nox',
  licence: 'GPL-2.0-or-later',
  category: 'media',
  image: 'qbittorrentofficial/qbittorrent-nox:5.2.4-1',
  debian: 'qbittorrent',
  user: '1000:1000',

  ports: { web: http(8080), peers: tcp(6881), exchange: udp(6881) },
  publish: ['peers', 'exchange'],
  volumes: {
    settings: volume('/config/qBittorrent/config', { role: 'config', backup: 'daily' }),
    torrents: volume('/config/qBittorrent/data', { role: 'data', backup: 'daily' }),
    cache: volume('/config/qBittorrent/cache', { role: 'cache', backup: { skip: 'pictures of sites, fetched again when they are shown' } }),
    downloads: volume('/downloads', { role: 'data', backup: { skip: 'what was fetched can be fetched again' }, size: '20GiB' }),
  },

  route: { port: 'web', access: { groups: ['operator'], alone: 'a password of its own would be a second one to type' } },
  health: { port: 'web', path: '/', via: 'curl', startSeconds: 60 },
  smoke: { path: '/api/v2/app/version', via: 'curl', expect: { text: 'v5.' } },
  limits: { memory: '1GiB', cpus: 2, pids: 512 },
  stopSeconds: 120,
  logs: [
    { pattern: 'Failed to listen on', means: 'The port for peers is taken, or none of this unit’s addresses: nobody can fetch from here.' },
    { pattern: 'file_open.*(?:No space|Permission denied)|disk write error', means: 'The disk is full, or belongs to another user.' },
  ],

  env: ({ here }) => ({
    QBT_LEGAL_NOTICE: 'confirm',
    QBT_WEBUI_PORT: here.listen.web.port,
    QBT_TORRENTING_PORT: here.listen.peers.port,
  }),
  files: {
    // It cannot write over this one: what people change in the browser it keeps, and reads, as qBittorrent_new.conf beside it.
    settings: {
      path: '/config/qBittorrent/config/qBittorrent.conf',
      content: ({ here }) =>
        lines(
          '[BitTorrent]',
          `Session\\DefaultSavePath=${here.volume.downloads}`,
          `Session\\TempPath=${here.volume.downloads}/unfinished`,
          'Session\\TempPathEnabled=true',
          '[Meta]',
          // As written by 5.0: newer ones know some of these settings under other names, and take them over from an older file alone.
          'MigrationVersion=8',
          '[Preferences]',
          `WebUI\\Port=${here.listen.web.port}`,
          'WebUI\\AuthSubnetWhitelistEnabled=true',
          'WebUI\\AuthSubnetWhitelist=10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16',
          // It would refuse a Host with another port than its own, as an edge beside 443 has it; that edge knows one host for it.
          'WebUI\\HostHeaderValidation=false',
          'WebUI\\LocalHostAuth=false',
        ),
    },
  },
});
