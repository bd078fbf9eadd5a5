import type { Context, Env, Hono } from 'hono';
import type { Theme } from '../../kit/page/layout.ts';
import { sendDocument } from '../../kit/page/send.ts';
import type { Refusal } from '../answer.ts';
import { refusalPage, tokenPage, type TokenView } from './page.ts';
import type { Person } from './policy.ts';
import type { SignIn } from './sign-in.ts';
import type { CheckToken } from './tokens.ts';

/** What signing in with a browser stands on. */
export interface SignInParts {
  readonly signIn: SignIn;
  readonly checkToken: CheckToken;
  readonly theme: Theme;
  /** What somebody may do, and did. */
  readonly view: (person: Person) => Omit<TokenView, 'token' | 'person'>;
}

/** The pages: `/login` leads to the sign-on server, which leads back to `/callback`, where the token is shown. */
export function signInRoutes<E extends Env>(app: Hono<E>, { signIn, checkToken, theme, view }: SignInParts): void {
  const refuse = async (context: Context<E>, refusal: Refusal): Promise<Response> =>
    sendDocument(context, theme, refusalPage(refusal), { status: refusal.status });

  app.get('/', (context) => context.redirect('/login', 302));
  app.get('/login', async (context) => {
    const begun = await signIn.begin(context);
    return begun instanceof Response ? begun : refuse(context, begun);
  });
  app.get('/callback', async (context) => {
    const token = await signIn.finish(context);
    if (typeof token !== 'string') return refuse(context, token);
    const person = await checkToken(token);
    if ('kind' in person) return refuse(context, person);
    return sendDocument(context, theme, tokenPage({ ...view(person), token, person }));
  });
}
