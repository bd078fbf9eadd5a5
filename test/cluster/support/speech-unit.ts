import { join } from 'node:path';
import { buildImages } from '../../../src/images/build.ts';
import { imageRef, readRecipes } from '../../../src/images/recipe.ts';
import { docker } from './command.ts';

/** The image of the speech gateway, with the programs that read aloud and write down. */
export async function speechImage(): Promise<string> {
  const recipes = await readRecipes(join(import.meta.dirname, '../../..'), ['speech-gateway']);
  await buildImages({ recipes, cluster: 'imagetest' });
  const recipe = recipes.find(({ name }) => name === 'speech-gateway');
  if (!recipe) throw new Error('there is no recipe');
  return imageRef('imagetest', recipe);
}

interface Unit {
  readonly name: string;
  readonly image: string;
  /** Holds `config.json` and `token`. */
  readonly folder: string;
}

/** Hardened as a rendered unit is, on the network of this machine, where a test has servers of its own. */
export async function startGateway({ name, image, folder }: Unit): Promise<void> {
  const hardened = [
    '--read-only',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--memory',
    '1g',
    '--pids-limit',
    '256',
    '--init',
  ];
  const scratch = ['--tmpfs', '/scratch:size=384m,uid=10001,gid=10001,mode=0755', '--tmpfs', '/tmp'];
  const given = ['-v', `${folder}:/etc/speech-gateway:ro`, '-e', 'SPEECH_GATEWAY_TOKEN_FILE=/etc/speech-gateway/token'];
  await docker('run', '-d', '--name', name, '--network', 'host', ...hardened, ...scratch, ...given, image, 'speech-gateway');
}
