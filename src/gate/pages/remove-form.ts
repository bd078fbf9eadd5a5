import { html } from 'hono/html';
import type { Html } from '../../kit/page/layout.ts';

/** Removes something after a second look, without JavaScript: the button shows itself when asked for. */
export function removeForm(csrf: string, action: string, button: string, id?: string): Html {
  return html`<details><summary>Remove</summary><form method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}">
${id === undefined ? '' : html`<input type="hidden" name="id" value="${id}">`}<button class="quiet" type="submit">${button}</button></form></details>`;
}
