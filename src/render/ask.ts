import type { Asker } from '../service/index.ts';

type Argv = readonly [string, ...string[]];

/** What is asked of a unit from inside it, and whether the answer is printed for somebody to read it. */
interface Question {
  readonly via: Asker;
  readonly port: number;
  readonly path: string;
  readonly shows?: true;
}

/**
 * Asks for a path and ends with status 0 where the answer's status is below 400; wget follows a redirect, the others take it for an
 * answer. With `shows` the body is printed too, and the status is the last that is read in stdout and then stderr by {@link statusIn}.
 */
export function askPath({ via, port, path, shows }: Question): Argv {
  const url = `http://127.0.0.1:${port}${path}`;
  const told = [String(port), path, ...(shows ? ['show'] : [])];
  switch (via) {
    case 'wget':
      return shows ? ['wget', '-q', '-S', '-O', '-', url] : ['wget', '-q', '-O', '/dev/null', url];
    case 'curl':
      return shows ? ['curl', '-sS', '-m', '10', '-w', '\nHTTP %{http_code}', url] : ['curl', '-fsS', '-m', '4', '-o', '/dev/null', url];
    case 'node':
      return ['node', '-e', nodeAsks, ...told];
    case 'python3':
      return ['python3', '-c', pythonAsks, ...told];
    case 'perl':
      return ['perl', '-e', perlAsks, ...told];
    case 'bash':
      return ['bash', '-c', bashAsks, 'ask', ...told];
  }
}

/** Ends with status 0 where something listens. `nc … -e true` ends at once when the connection stands; Debian's busybox has no `-z`. */
export function askPort(via: Exclude<Asker, 'curl'>, port: number): Argv {
  const told = String(port);
  switch (via) {
    case 'wget':
      return ['nc', '127.0.0.1', told, '-e', 'true'];
    case 'node':
      return [
        'node',
        '-e',
        `require('net').connect(process.argv[1],'127.0.0.1',()=>process.exit(0)).on('error',()=>process.exit(1))`,
        told,
      ];
    case 'python3':
      return ['python3', '-c', `import socket,sys;socket.create_connection(('127.0.0.1',int(sys.argv[1])),4)`, told];
    case 'perl':
      return ['perl', '-MIO::Socket::INET', '-e', `exit !IO::Socket::INET->new(PeerAddr=>'127.0.0.1',PeerPort=>$ARGV[0],Timeout=>4)`, told];
    case 'bash':
      return ['bash', '-c', 'exec 3<>"/dev/tcp/127.0.0.1/$1"', 'ask', told];
  }
}

/** The last status that a program printed; undefined where it got no answer. */
export function statusIn(said: string): number | undefined {
  const last = [...said.matchAll(/\bHTTP(?:\/[\d.]+)? (?<status>\d{3})\b/g)].at(-1);
  return last ? Number(last.groups?.['status']) : undefined;
}

const nodeAsks = `const[,port,path,show]=process.argv;
require('http').get({host:'127.0.0.1',port,path,timeout:4000},(answer)=>{
  if(show)answer.pipe(process.stdout,{end:false});else answer.resume();
  answer.on('end',()=>{process.exitCode=answer.statusCode<400?0:1;console.log('\\nHTTP '+answer.statusCode)});
}).on('timeout',function(){this.destroy(new Error('no answer'))}).on('error',(cause)=>{console.error(cause.message);process.exit(1)});`;

const pythonAsks = `import http.client,sys
to=http.client.HTTPConnection('127.0.0.1',int(sys.argv[1]),timeout=4)
to.request('GET',sys.argv[2])
answer=to.getresponse()
body=answer.read()
if sys.argv[3:]:sys.stdout.buffer.write(body)
print('\\nHTTP %d'%answer.status,flush=True)
sys.exit(answer.status>=400)`;

const perlAsks = `use IO::Socket::INET;
my($port,$path,$show)=@ARGV;
my $to=IO::Socket::INET->new(PeerAddr=>'127.0.0.1',PeerPort=>$port,Timeout=>4) or die "no answer\\n";
print $to "GET $path HTTP/1.0\\r\\nHost: 127.0.0.1:$port\\r\\n\\r\\n";
my($status)=<$to>=~/^HTTP\\S+ (\\d+)/ or die "no HTTP\\n";
my $head=1;
while(<$to>){if($head){$head=0 if /^\\r?$/;next}print if $show}
print "\\nHTTP $status\\n";
exit($status>=400);`;

const bashAsks = `exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.0\\r\\nHost: 127.0.0.1:%s\\r\\n\\r\\n' "$2" "$1" >&3
read -r -t 4 _ status _ <&3 || exit 1
if [ -n "$3" ]; then
  while IFS= read -r line && [ -n "\${line%$'\\r'}" ]; do :; done <&3
  while IFS= read -r line || [ -n "$line" ]; do printf '%s\\n' "$line"; done <&3
fi
echo "HTTP \${status%$'\\r'}"
[ "\${status%$'\\r'}" -lt 400 ]`;
