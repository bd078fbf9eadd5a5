import { oidc, postgres, secret } from '../../contracts/index.ts';
import { defineService, file, http, lines, tcp, text, volume } from '../../service/index.ts';

/** Settings of the hub. Its spawner asks the unit of the notebooks, so that the hub needs no way to start containers. */
const hubSettings = `
import json, os
from jupyterhub.spawner import Spawner
from tornado.httpclient import AsyncHTTPClient

class Notebooks(Spawner):
    async def ask(self, what, **more):
        question = {"what": what, "person": self.user.name, "server": self.name, **more}
        headers = {"Authorization": os.environ["NOTEBOOKS_TOKEN"]}
        answer = await AsyncHTTPClient().fetch(os.environ["NOTEBOOKS_URL"], method="POST", headers=headers, body=json.dumps(question))
        return json.loads(answer.body)

    async def start(self):
        self.ip, self.port = "0.0.0.0", await self.ask("port")
        await self.ask("start", argv=self.cmd + self.get_args(), env=self.get_env())
        return os.environ["NOTEBOOKS_HOST"], self.port

    async def stop(self, now=False):
        await self.ask("stop")

    async def poll(self):
        try:
            return await self.ask("poll")
        except OSError:
            return 0

c.JupyterHub.spawner_class = Notebooks
c.Spawner.cmd = ["jupyterhub-singleuser"]
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=7200",
    "--MappingKernelManager.cull_connected=True",
    "--TerminalManager.cull_inactive_timeout=7200",
    "--ServerApp.shutdown_no_activity_timeout=7200",
]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = 120
c.JupyterHub.hub_bind_url = "http://0.0.0.0:8081"
c.JupyterHub.hub_connect_url = os.environ["HUB_URL"]
c.JupyterHub.db_url = os.environ["DB_URL"]
c.JupyterHub.cleanup_servers = False
c.ConfigurableHTTPProxy.should_start = False
# A proxy that was started again has no routes until the hub next looks.
c.JupyterHub.last_activity_interval = 10
c.ConfigurableHTTPProxy.api_url = os.environ["PROXY_API_URL"]
c.JupyterHub.authenticator_class = "generic-oauth"
c.OAuthenticator.login_service = os.environ["SIGN_ON_NAME"]
c.OAuthenticator.client_id = os.environ["SIGN_ON_CLIENT"]
c.OAuthenticator.client_secret = open(os.environ["SIGN_ON_SECRET_FILE"]).read()
c.OAuthenticator.basic_auth = True
c.OAuthenticator.oauth_callback_url = os.environ["SIGN_ON_CALLBACK"]
c.OAuthenticator.authorize_url = os.environ["SIGN_ON_AUTHORIZE_URL"]
c.OAuthenticator.token_url = os.environ["SIGN_ON_TOKEN_URL"]
c.OAuthenticator.userdata_url = os.environ["SIGN_ON_USERINFO_URL"]
c.OAuthenticator.http_request_kwargs = {"ca_certs": os.environ["SIGN_ON_AUTHORITY"]}
c.OAuthenticator.scope = ["openid", "profile", "email", "groups"]
c.OAuthenticator.username_claim = "preferred_username"
c.OAuthenticator.manage_groups = True
c.OAuthenticator.auth_state_groups_key = "oauth_user.groups"
c.OAuthenticator.admin_groups = {"admin"}
c.OAuthenticator.allow_all = True
c.Authenticator.auto_login = True
`;

/** Starts the notebooks of each person as a user of their own, whose number is that of their home. */
const notebookDoor = `
import hmac, json, os, pathlib, re, signal, socket, subprocess, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

homes, token, running = pathlib.Path(sys.argv[1]), os.environ.pop("NOTEBOOKS_TOKEN"), {}

def home_of(person):
    if not re.fullmatch(r"[a-z0-9][a-z0-9._@-]*", person):
        raise ValueError(f"{person!r} is no name of a home")
    home = homes / person
    if not home.exists():
        os.chown(homes, 0, 0)
        number = max([19999, *(other.stat().st_uid for other in homes.iterdir())]) + 1
        home.mkdir(mode=0o700)
        os.chown(home, number, number)
    return home

def port(question):
    with socket.create_server(("", 0)) as free:
        return free.getsockname()[1]

def start(question):
    home = home_of(question["person"])
    number = home.stat().st_uid
    env = {**question["env"], "PATH": os.environ["PATH"], "HOME": str(home), "USER": question["person"], "SHELL": "/bin/bash"}
    running[question["person"], question["server"]] = subprocess.Popen(
        ["sh", "-c", 'cd && exec "$@"', "sh", *question["argv"]],
        env=env, user=number, group=number, extra_groups=[], umask=0o077, start_new_session=True)

def poll(question):
    known = running.get((question["person"], question["server"]))
    return known.poll() if known else 0

def stop(question):
    known = running.get((question["person"], question["server"]))
    if known is None or known.poll() is not None:
        return
    os.killpg(known.pid, signal.SIGTERM)
    try:
        known.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(known.pid, signal.SIGKILL)

class Door(BaseHTTPRequestHandler):
    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, "ready")

    def do_POST(self):
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), token.encode()):
            return self.answer(401, "unknown")
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(200, {"port": port, "start": start, "poll": poll, "stop": stop}[question["what"]](question))

    def log_request(self, *_):
        pass

ThreadingHTTPServer(("0.0.0.0", 8899), Door).serve_forever()
`;

/**
 * Three units beside each other: the proxy that leads to notebooks, the hub that knows people, and the notebooks, where their programs
 * run. Upstream starts a container for each person, for which the hub would have to be as mighty as root on this machine.
 */
export const jupyterhub = defineService('jupyterhub', {
  title: 'JupyterHub',
  summary: 'Notebooks for everybody: programs with their text and pictures, in a browser.',
  docs: 'https://jupyterhub.readthedocs.io/en/5.5.1/reference/config-reference.html',
  licence: 'BSD-3-Clause',
  category: 'collaboration',
  image: 'quay.io/jupyterhub/configurable-http-proxy:5.2.0',
  debian: 'configurable-http-proxy',
  user: '65534:65534',

  ports: { web: http(8000), api: tcp(8001), metrics: http(8002) },
  volumes: { homes: volume('/home', { role: 'data', backup: 'daily', size: '5GiB', only: 'notebooks' }) },
  needs: {
    db: postgres(),
    signIn: oidc({ callback: '/hub/oauth_callback' }),
    proxyToken: secret({ kind: 'hex', bytes: 32 }),
    cookieSecret: secret({ kind: 'hex', bytes: 32 }),
    notebooksToken: secret({ kind: 'hex', bytes: 32 }),
  },

  route: {
    port: 'web',
    host: 'notebooks',
    access: { login: 'signIn', groups: ['viewer'], start: '/hub/oauth_login' },
    roles: { admin: ['admin'], user: ['viewer'] },
  },
  health: { port: 'web', path: '/_chp_healthz', via: 'node' },
  smoke: { path: '/hub/health', via: 'node', expect: { status: 200 } },
  limits: { memory: '256MiB', cpus: 1 },
  metrics: { port: 'metrics', path: '/metrics' },
  alerts: [
    {
      name: 'NotebooksFail',
      expr: 'sum(rate(requests_proxy{status=~"5.."}[5m])) > 0.2',
      for: '10m',
      severity: 'warning',
      summary: 'Requests to notebooks or to the hub fail: one of the two units may be gone.',
    },
  ],
  dashboard: [
    { title: 'Answers', expr: 'sum by (status) (rate(requests_proxy{service="jupyterhub"}[5m]))', unit: 'reqps' },
    {
      title: 'Notebooks opened and closed',
      expr: 'rate(api_route_add{service="jupyterhub"}[5m]) + rate(api_route_delete{service="jupyterhub"}[5m])',
      unit: 'ops',
    },
    { title: 'Live connections', expr: 'rate(requests_ws{service="jupyterhub"}[5m])', unit: 'reqps' },
  ],
  logs: [
    {
      pattern: '503 GET .*connect (?:ECONNREFUSED|EHOSTUNREACH)',
      means: 'The hub, or the notebooks of that person, do not run: look at jupyterhub-hub first.',
    },
    {
      pattern: 'is no name of a home',
      means: 'Somebody’s name in the directory has a sign that no home can have; letters, digits, dots and dashes can.',
    },
    {
      pattern: 'Error fetching \\d+ (?:GET|POST) |CERTIFICATE_VERIFY_FAILED',
      means: 'The sign-on server refused the hub or its certificate: run `datamancy up`.',
    },
  ],

  env: ({ proxyToken }) => ({ CONFIGPROXY_AUTH_TOKEN: proxyToken }),
  command: ({ here }) => [
    `--ip=${here.listen.web.address}`,
    `--port=${here.listen.web.port}`,
    `--api-ip=${here.listen.api.address}`,
    `--api-port=${here.listen.api.port}`,
    `--metrics-ip=${here.listen.metrics.address}`,
    `--metrics-port=${here.listen.metrics.port}`,
    `--error-target=http://${here.reach('hub', 'hub').host}:${here.reach('hub', 'hub').port}/hub/error`,
    '--log-level=warn',
  ],
  workers: {
    hub: {
      title: 'people and their notebooks',
      image: 'quay.io/jupyterhub/k8s-hub:4.3.5',
      debian: 'jupyterhub',
      user: '1000:1000',
      shares: ['env', 'files'],
      ports: { hub: http(8081) },
      // On the edge's network it finds the sign-on server by its public name.
      route: { port: 'hub', paths: ['/hub/*'] },
      health: { port: 'hub', path: '/hub/health', via: 'python3', startSeconds: 120 },
      limits: { memory: '512MiB', cpus: 1 },
      env: ({ db, signIn, cookieSecret, notebooksToken, cluster, url, here }) => ({
        JPY_COOKIE_SECRET: cookieSecret,
        PROXY_API_URL: `http://${here.reach('api').host}:${here.reach('api').port}`,
        HUB_URL: `http://${here.reach('hub', 'hub').host}:${here.reach('hub', 'hub').port}`,
        DB_URL: text`postgresql://${db.user}:${db.password}@${db.address}/${db.name}`,
        NOTEBOOKS_TOKEN: notebooksToken,
        NOTEBOOKS_HOST: here.reach('door', 'notebooks').host,
        NOTEBOOKS_URL: `http://${here.reach('door', 'notebooks').host}:${here.reach('door', 'notebooks').port}/`,
        SIGN_ON_NAME: cluster.name,
        SIGN_ON_CLIENT: signIn.clientId,
        SIGN_ON_SECRET_FILE: file(signIn.clientSecret),
        SIGN_ON_CALLBACK: `${url}/hub/oauth_callback`,
        SIGN_ON_AUTHORIZE_URL: signIn.authorizeUrl,
        SIGN_ON_TOKEN_URL: signIn.tokenUrl,
        SIGN_ON_USERINFO_URL: signIn.userinfoUrl,
        SIGN_ON_AUTHORITY: file(signIn.authority),
        HOME: '/tmp',
      }),
      command: ({ here }) => ['jupyterhub', '--config', here.file.hub],
    },
    notebooks: {
      title: 'the programs that people run',
      image: 'quay.io/jupyterhub/k8s-singleuser-sample:4.3.5',
      debian: 'jupyterlab',
      user: '0:0',
      shares: ['files'],
      ports: { door: http(8899) },
      health: { port: 'door', path: '/', via: 'python3' },
      limits: { memory: '4GiB', cpus: 2, pids: 1024 },
      allow: {
        root: 'it starts the notebooks of each person under a number of their own, so that nobody reads what is another’s',
        capabilities: {
          CHOWN: 'the home of whoever comes for the first time is given to them',
          KILL: 'notebooks that nobody uses are ended, and run under other users',
          SETGID: 'notebooks run under the group of the person',
          SETUID: 'notebooks run under the user of the person',
        },
      },
      env: ({ notebooksToken }) => ({ NOTEBOOKS_TOKEN: notebooksToken }),
      command: ({ here }) => ['python3', here.file.notebooks, here.volume.homes],
    },
  },
  files: {
    hub: { path: '/etc/jupyterhub/hub.py', content: () => lines(...hubSettings.trim().split('\n')) },
    notebooks: { path: '/etc/jupyterhub/notebooks.py', content: () => lines(...notebookDoor.trim().split('\n')) },
  },
});
