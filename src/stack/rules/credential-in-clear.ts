import type { SecretNeedRequest } from '../../contracts/secret.ts';
import type { Secret, Service, Value } from '../../service/index.ts';
import { secretFilesIn, secretsIn } from '../../service/index.ts';
import type { ResolvedService } from '../stack.ts';
import { patterns } from '../names.ts';
import { isKnownByAll } from './credential-default.ts';
import { placeholderIn } from './placeholders.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const chosenByPeople = /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS)$/i;
const made = /(?:^|_)(?:SECRET|TOKEN|(?:API|APP|ENCRYPTION|MASTER|PRIVATE|SECRET|SECRET_ACCESS|SIGNING)_?KEY)$/i;
/** Of addresses to pass requests on to, and of what goes to every browser. */
const noCredential = /(?:^|_)(?:PROXY_PASS$|PUBLIC_)|^VITE_/i;
const setting =
  /^(?:true|false|yes|no|on|off|none|null|empty|dummy|unused|not[-_ ]?needed|enabled|disabled|auto|optional|required|cookie|header|x-[a-z-]+|\d+(?:\.\d+)?\s?(?:ms|[smhdwy]|sec(?:ond)?s?|min(?:ute)?s?|hours?|days?)?)$/i;
const elsewhere = /^(?:\/|\$__|[a-z][a-z0-9+.-]*:\/\/)/i;

export const credentialInClear: Rule = {
  id: 'credential-in-clear',
  why: 'it would stand in cluster.yaml or services/, and in every release, for whoever reads or copies them',
  check: ({ services }) =>
    services.flatMap((one) =>
      Object.entries(one.env)
        .filter(([variable, value]) => isCredential(variable, value))
        .map(([variable]) =>
          about(one.name, `its variable ${variable} holds a credential in clear`, fixFor(one, variable), 'env', variable),
        ),
    ),
};

function isCredential(variable: string, value: Value): boolean {
  if (!(chosenByPeople.test(variable) || made.test(variable)) || noCredential.test(variable)) return false;
  if (typeof value === 'boolean' || typeof value === 'object') return false;
  const word = String(value);
  const isSetting = setting.test(word) && !(chosenByPeople.test(variable) && /\d{2}/.test(word));
  return word !== '' && !isSetting && !elsewhere.test(word) && !isKnownByAll(word) && placeholderIn([word]) === undefined;
}

function fixFor({ name, family, service, env, override, replacedEnv = {} }: ResolvedService, variable: string): string {
  if (!Object.hasOwn(override.env ?? {}, variable)) {
    return "ask for it under needs: secret({ kind: 'password' }), or of the kind 'supplied' where only the owner has it";
  }
  const [kept] = [replacedEnv[variable], env[`${variable}_FILE`], env[`${variable}__FILE`]].flatMap(secretsOf);
  if (!kept) {
    const secret = nameFor(variable, service);
    return `write ${variable}: {secret: ${secret}}, and give it its value: datamancy secrets set ${family}.${secret} < file`;
  }
  const need = service.needs?.[kept.id.slice(name.length + 1)];
  return need?.kind === 'secret' && (need.request as SecretNeedRequest).keeps === undefined
    ? `take it out, and give the value to the secret that it stands for: datamancy secrets set ${kept.id} < file`
    : `take it out: its own, ${kept.id}, stands there then`;
}

/** `openaiApiKey` for `OPENAI_API_KEY`; as much of its end as fits where that is too long, or has another meaning in the service. */
function nameFor(variable: string, { needs = {} }: Service): string {
  const words = variable
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const names = words.map((_, from) => words.slice(from).map(capitalized).join(''));
  return names.find((name) => patterns.key.test(name) && !Object.hasOwn(needs, name)) ?? 'fromOwner';
}

function capitalized(word: string, index: number): string {
  return index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1);
}

function secretsOf(value: Value | undefined): readonly Secret[] {
  return value === undefined ? [] : [...secretsIn(value), ...secretFilesIn(value)];
}
