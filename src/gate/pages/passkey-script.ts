/**
 * Runs WebAuthn for the form of a page, the only script there is: asks for options, lets the browser talk to the authenticator, and posts
 * the answer as a field of the form. Without it, or in a browser that has no WebAuthn, the form stays hidden and the page says why.
 */
export const passkeyScript = `(() => {
  const form = document.querySelector('form[data-passkey]');
  const purpose = form.dataset.passkey;
  const words = form.querySelector('[role=status]');
  const button = form.querySelector('button');
  const api = window.PublicKeyCredential;
  if (!api || !api.parseCreationOptionsFromJSON || !api.parseRequestOptionsFromJSON) {
    document.getElementById('no-passkey').hidden = false;
    return;
  }
  form.hidden = false;
  if (button.autofocus) button.focus();
  async function ask() {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, purpose });
    const reply = await fetch('/passkey/options', { method: 'POST', body });
    if (reply.status === 401) return location.reload();
    if (!reply.ok) throw new Error(String(reply.status));
    const options = await reply.json();
    const credential = purpose === 'enrol'
      ? await navigator.credentials.create({ publicKey: api.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: api.parseRequestOptionsFromJSON(options) });
    form.elements.answer.value = JSON.stringify(credential);
    form.submit();
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    words.textContent = 'Waiting for your passkey\\u2026';
    ask().catch((cause) => {
      button.disabled = false;
      words.textContent = cause.name === 'InvalidStateError'
        ? 'This device or key is among your passkeys already.'
        : 'No passkey was used. Try again, or take another way.';
    });
  });
})();`;
