/** What is opened to see that looking at pages works; the words are large enough to be read from a picture. */
export const checkPage = `<!doctype html>
<html lang="en">
<title>Check</title>
<style>body { font: 40px sans-serif; margin: 40px; background: #fff; color: #000 }</style>
<h1>Pages open</h1>
<button type="button">Continue</button>
`;
