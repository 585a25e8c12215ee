// Solves the challenge of the page's form, in a worker, and sends the form. Challenges are ALTCHA's: the key that PBKDF2
// derives from nonce and counter must begin as asked.

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

const solve = async ({ nonce, salt, cost, keyLength, keyPrefix }) => {
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost };
  for (let counter = 0; ; counter += 1) {
    new DataView(password.buffer).setUint32(start.length, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derivedKey = hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
};

const begin = (script) => {
  const form = script.closest('form');
  const challenge = JSON.parse(form.dataset.challenge);
  const status = form.querySelector('[data-solving]');
  status.textContent = status.dataset.solving;
  const worker = new Worker(script.src);
  worker.addEventListener('message', ({ data: solution }) => {
    form.elements.namedItem('solution').value = btoa(JSON.stringify({ challenge, solution }));
    form.submit();
  });
  worker.postMessage(challenge.parameters);
};

if (typeof document === 'undefined') addEventListener('message', async ({ data }) => postMessage(await solve(data)));
// Browsers give the means only to pages that came by TLS.
else if (isSecureContext) begin(document.currentScript);
