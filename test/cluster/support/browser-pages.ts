/** A server of pages in one file, for a container: those that a service with a browser looks at, and those that would harm it. */
export const pagesProgram = String.raw`
const { createServer } = require('node:http');
const { createSocket } = require('node:dgram');
let hosts = {}, paths = [], packets = 0;
createSocket('udp4').on('message', () => { packets += 1; }).bind(3478);

const page = (title, body) => '<!doctype html><html lang="en"><title>' + title + '</title><body style="margin:0;background:#fff">' + body;
const form = (action, extra) => page('Sign in', '<form method="post" action="' + action + '"><label>User name <input name="who" autocomplete="username"></label><input type="password" name="p" autocomplete="current-password"><button>Sign in</button></form>' + (extra || ''));
/** A form that a script draws and sends; otherwise is what it does when the password is refused. */
const script = (otherwise, before, to) => page('Script', '<div id="root"></div><script>let p = ""; function draw(say) { root.innerHTML = "<form><input name=login><input type=password><button>Go</button></form>" + say; root.querySelector("form").onsubmit = (event) => { event.preventDefault(); p = root.querySelector("[type=password]").value; ' + (before || '') + ' fetch("' + (to || '/api/login') + '", { method: "POST", body: new URLSearchParams({ p }) }).then((answer) => { if (answer.ok) root.innerHTML = "<h1>Inside</h1>"; else ' + otherwise + '; }); }; } function again() { draw("<p role=alert>That is not right.</p>"); } draw("")</script>');
const bodies = {
  '/': page('Front', '<div id="box" style="width:200px;height:100px;background:#f00"></div><h1 style="font:48px sans-serif">Harvest moon</h1><button>Save draft</button><div style="height:1500px;position:absolute;top:0;width:1px"></div>'),
  '/broken': page('Broken', '<img src="/missing.png"><p id="p"></p><script>console.error("something is wrong"); setTimeout(() => { p.textContent = "drawn by a script"; }, 100)</script>'),
  '/loop': page('Loop', '<script>for (;;);</script>'),
  '/to-inner-by-script': page('Away', '<script>location = "http://192.168.0.1/"</script>'),
  '/members': form('/check'),
  '/leaky': form('/check-leaky'),
  '/parrot': form('/check-parrot'),
  '/asks-again': form('/check-away'),
  '/home': page('Home', '<h1>Welcome</h1>'),
  '/otp': page('Code', '<h1>One more step</h1><form><input name="code" autocomplete="one-time-code"></form>'),
  '/stays': page('Stays', '<form onsubmit="fetch(\'/api/login\', { method: \'POST\', body: new URLSearchParams({ p: \'never\' }) }); return false"><input type="password" name="p" style="position:absolute;top:0;left:0;width:200px;height:60px;font-size:40px;border:0;padding:0"><button style="position:absolute;top:200px">Go</button></form>'),
  '/script-form': page('Script', '<div id="root"></div><script>setTimeout(() => { root.innerHTML = "<form><input name=login><input type=password><button>Go</button></form><p id=say role=alert hidden></p>"; root.querySelector("form").onsubmit = (event) => { event.preventDefault(); fetch("/api/login", { method: "POST", body: new URLSearchParams({ p: root.querySelector("[type=password]").value }) }).then((answer) => { if (answer.ok) root.innerHTML = "<h1>Inside</h1>"; else say.hidden = false; }); }; }, 300)</script>'),
  '/changes-place': page('Away', '<form method="post" action="/check"><input name="who" autocomplete="username"><input type="password" name="p" disabled></form><script>setTimeout(() => { location = "http://other:8080/keeps" }, 2500)</script>'),
  '/keeps': page('Keeps', '<form><input type="password" oninput="fetch(\'/kept\')"></form>'),
  '/other-refuses': form('http://other:8080/check'),
  '/replaces': script('root.innerHTML = "<p>Wrong password</p>"'),
  '/telemetry': script('again()', 'fetch("/telemetry", { method: "POST", body: "click" });', '/api/slow-login'),
  '/patient': script('again()', 'root.innerHTML = "<p>Please wait</p>";', '/api/slow-login'),
  '/moves-on': page('Moves on', '<p>not yet</p><script>const left = Number(location.search.slice(1) || 12); onload = () => { location.replace(left > 1 ? "?" + (left - 1) : "/home"); for (const end = performance.now() + 60; performance.now() < end;); }</script>'),
  '/two-steps': page('Who', '<form action="/step-two"><label>E-mail <input name="mail"></label><button>Next</button></form>'),
  '/step-two': form('/check'),
};

function hostile(inner) {
  const there = 'http://' + inner + ':8080/secret';
  return page('Hostile', '<pre id="log"></pre><iframe src="' + there + '"></iframe><img src="http://127.0.0.1:3000/health"><link rel="dns-prefetch" href="//' + inner + '"><link rel="preconnect" href="' + there + '"><object data="file:///etc/passwd"></object>' +
    '<script>const say = (text) => { log.textContent += text + "\\n"; };' +
    'const tries = [["' + there + '"], ["http://127.0.0.1:3000/health"], ["http://rebound:8080/secret"], ["/to-inner"], ["file:///etc/passwd"], ["http://169.254.169.254/"]].map(([url]) => fetch(url, { mode: "no-cors" }).then(() => say("got " + url), () => say("no")));' +
    'tries.push(...["ws://' + inner + ':8080/secret", "ws://127.0.0.1:3000/"].map((url) => new Promise((done) => { const socket = new WebSocket(url); socket.onopen = () => { say("open"); done(); }; socket.onerror = () => { say("no"); done(); }; })));' +
    'tries.push(new Promise((done) => { const call = new RTCPeerConnection({ iceServers: [{ urls: "stun:' + inner + ':3478" }] }); call.createDataChannel("x"); call.createOffer().then((offer) => call.setLocalDescription(offer)); setTimeout(done, 2000); }));' +
    'tries.push(new Promise((done) => { try { const transport = new WebTransport("https://' + inner + ':3478/"); transport.ready.then(() => say("open"), () => say("no")).then(done); setTimeout(done, 2000); } catch { done(); } }));' +
    'for (const url of ["chrome://version", "file:///etc/passwd", "' + there + '"]) try { open(url); } catch {}' +
    'navigator.sendBeacon("' + there + '"); Promise.all(tries).then(() => { say("tried everything"); log.insertAdjacentHTML("afterend", "<p id=done>done"); });</script>');
}

createServer((request, response) => {
  const url = new URL(request.url, 'http://pages');
  hosts[request.headers.host] = (hosts[request.headers.host] || 0) + 1;
  if (paths.length < 1000) paths.push(url.pathname);
  const send = (status, body, headers) => response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body);
  const to = (location) => send(302, '', { location });
  const query = url.searchParams;
  if (url.pathname === '/forget') { hosts = { [request.headers.host]: 1 }; paths = []; packets = 0; return send(200, ''); }
  if (url.pathname === '/seen') return send(200, JSON.stringify({ hosts, paths, packets }), { 'content-type': 'application/json' });
  if (url.pathname === '/hostile') return send(200, hostile(query.get('inner')));
  if (url.pathname === '/to-metadata') return to('http://169.254.169.254/latest/');
  if (url.pathname === '/to-inner') return to('http://rebound:8080/secret');
  if (url.pathname === '/elsewhere') return to('http://other:8080/members');
  if (url.pathname === '/never') return;
  if (url.pathname === '/slow') { response.writeHead(200, { 'content-type': 'text/html' }); return response.write(page('Slow', '<p>the beginning</p>' + ' '.repeat(2000))); }
  if (request.method !== 'POST') return bodies[url.pathname] ? send(200, bodies[url.pathname]) : send(404, 'nothing here');
  let body = '';
  request.on('data', (part) => { body += part; }).on('end', () => {
    const fields = new URLSearchParams(body);
    const isRight = fields.get('p') === 'correct horse & battery';
    if (url.pathname === '/telemetry') return send(429, '');
    if (url.pathname === '/api/slow-login') return setTimeout(() => send(isRight ? 200 : 401, ''), 2500);
    if (url.pathname === '/api/login') return send(isRight ? 200 : 401, '');
    if (!isRight) return send(401, form('/check', '<p role="alert">That is not right.</p>'));
    if (url.pathname === '/check-leaky') return to('/home?' + new URLSearchParams({ p: fields.get('p') }));
    if (url.pathname === '/check-away') return to('http://other:8080/members');
    if (url.pathname === '/check-parrot') return send(200, page('Parrot', fields.get('p').replace('&', '&amp;')));
    return to(fields.get('who') === 'bob' ? '/otp' : '/home');
  });
}).listen(8080);
`;
