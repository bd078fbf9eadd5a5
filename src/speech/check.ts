import { DatamancyError } from '../kit/errors.ts';

interface Target {
  readonly url: string;
  readonly token: string | undefined;
}

/** Has the running gateway say a word and write down what it said; gives what it heard. Throws where there is no audio, or no word. */
export async function checkGateway({ url, token }: Target, signal: AbortSignal): Promise<string> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const body = JSON.stringify({ model: 'tts-1', voice: 'alloy', input: 'stop', response_format: 'wav' });
  const said = await sent(`${url}/v1/audio/speech`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
    signal,
  });
  const form = new FormData();
  form.set('model', 'whisper-1');
  form.set('language', 'en');
  form.set('response_format', 'text');
  form.set('file', await said.blob(), 'said.wav');
  const heard = (await (await sent(`${url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form, signal })).text()).trim();
  if (heard === '') throw failed('nothing was heard in what was said');
  return heard;
}

async function sent(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw failed(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  return answer;
}

function failed(what: string): DatamancyError {
  return new DatamancyError('E_COMMAND_FAILED', what, { fix: 'look at the log of speech-gateway, which names the program at fault' });
}
