import { samplePhoto, sampleVoice } from './samples.js';
import { ask } from './server.js';
import { clock, copyOf, words } from './words.js';

const largest = 5 * 1024 * 1024;

const base64Of = (blob) =>
  new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result.slice(reader.result.indexOf(',') + 1)));
    reader.readAsDataURL(blob);
  });

const kindOf = (type) => words.files[type.split('/')[0]] ?? words.files.other;
/** What WhatsApp shows beside the words: one tick, two, and two that are coloured. */
const ticks = { sending: '✓', delivered: '✓✓', read: '✓✓', failed: '!' };

/**
 * One app of a phone in which messages go both ways, `sms` or `whatsapp`. `sent` is told what the line's server says after
 * each message, or what is wrong.
 */
export const createChat = (root, app, number, sent) => {
  root.append(copyOf('chat'));
  const [thread, problem, form] = ['.thread', '.problem', 'form'].map((name) => root.querySelector(name));
  const text = form.querySelector('textarea');
  const send = form.querySelector('button');
  const pictures = new Map();
  thread.dataset.empty = words.noMessages;
  if (app === 'sms') root.querySelector('.files').remove();

  const bubble = (message) => {
    const item = document.createElement('li');
    item.dataset.id = message.id;
    if (message.file) item.append(fileOf(message));
    const paragraph = document.createElement('p');
    paragraph.dir = 'auto';
    paragraph.textContent = message.text;
    const state = document.createElement('span');
    state.className = 'state';
    if (message.text !== '') item.append(paragraph);
    item.append(state);
    return item;
  };
  const fileOf = ({ id, file }) => {
    const shown = document.createElement(pictures.has(id) ? 'img' : 'p');
    shown.className = 'attached';
    if (pictures.has(id)) Object.assign(shown, { src: pictures.get(id), alt: kindOf(file) });
    else shown.textContent = kindOf(file);
    return shown;
  };

  /** Only what changed is touched, so that a screen reader says each message once. */
  const show = (messages) => {
    const known = new Map([...thread.children].map((item) => [item.dataset.id, item]));
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
    for (const message of messages) {
      const item = known.get(message.id) ?? thread.appendChild(bubble(message));
      known.delete(message.id);
      item.className = `message ${message.direction} ${message.state}`;
      const said = `${words[message.direction][message.state]} · ${clock.format(new Date(message.at))}`;
      const marked = app === 'whatsapp' && message.direction === 'out' ? `${ticks[message.state]} ${said}` : said;
      // A change of what is not changed would be read out again.
      if (item.lastChild.textContent !== marked) item.lastChild.textContent = marked;
    }
    for (const gone of known.values()) gone.remove();
    if (atEnd) thread.scrollTop = thread.scrollHeight;
  };

  const deliver = async (path, body) => {
    for (const button of root.querySelectorAll('button')) button.disabled = true;
    const result = await ask(path, { from: number(), ...body });
    for (const button of root.querySelectorAll('button')) button.disabled = false;
    complain(result.wrong);
    if (result.answer) {
      text.value = '';
      remember(result.answer[app], body);
    }
    sent(result);
    thread.scrollTop = thread.scrollHeight;
  };
  const remember = (messages, { type, data }) => {
    const last = messages.findLast(({ direction }) => direction === 'out');
    if (type?.startsWith('image/') && last) pictures.set(last.id, `data:${type};base64,${data}`);
  };
  const complain = (wrong) => {
    problem.textContent = wrong === undefined || wrong === 'from' || wrong === 'number' ? '' : (words.problems[wrong] ?? words.problems.away);
  };
  const attach = async (blob) => {
    if (blob.size > largest) complain('large');
    else await deliver('/simulator/files', { type: blob.type || 'application/octet-stream', data: await base64Of(blob), text: text.value });
  };

  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!send.disabled) form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (text.value.trim() === '') complain('text');
    else void deliver('/simulator/messages', { app, text: text.value });
  });
  root.querySelector('.sample-photo')?.addEventListener('click', async () => attach(await samplePhoto()));
  root.querySelector('.sample-voice')?.addEventListener('click', async () => attach(await sampleVoice()));
  root.querySelector('input')?.addEventListener('change', async ({ target }) => {
    const [file] = target.files;
    if (file) await attach(file);
    target.value = '';
  });

  return {
    show,
    clear: () => thread.replaceChildren(),
    write: (said) => {
      text.value = said;
      text.focus();
    },
  };
};
