import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { drawSigil, hueOf } from './sigil.ts';
import { styleSheet } from './style.ts';

export type Html = ReturnType<typeof html>;

/** How the pages of one site look: made once, from its title. */
export interface Theme {
  readonly title: string;
  readonly sigil: string;
  readonly style: string;
  /** The style sheet's digest, the only inline content that the pages' policy lets in. */
  readonly styleDigest: string;
}

export function createTheme(title: string): Theme {
  const style = styleSheet(hueOf(title));
  return { title, sigil: drawSigil(title), style, styleDigest: `sha256-${createHash('sha256').update(style).digest('base64')}` };
}

/** What one page shows, and its words in the browser's tab. */
export interface Page {
  readonly name: string;
  readonly body: Html;
  readonly isWide?: boolean;
  /** Source text of ours that runs when the page is there; the page's policy lets in these very bytes and no other script. */
  readonly script?: string;
}

/** A whole document around a page. */
export function renderDocument(theme: Theme, page: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.name} · ${theme.title}</title>
<style>${raw(theme.style)}</style>
</head>
<body>
<div class="sky" aria-hidden="true">${raw(theme.sigil)}</div>
<div class="page${page.isWide ? ' wide' : ''}">
<header>${raw(theme.sigil)}<p>${theme.title}</p></header>
<main>${page.body}</main>
</div>${
    page.script === undefined
      ? ''
      : html`
<script>${raw(page.script)}</script>`
  }
</body>
</html>`;
}
