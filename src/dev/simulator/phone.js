const element = (id) => document.getElementById(id);
const number = element('number');
const text = element('text');
const thread = element('thread');
const send = element('compose').querySelector('button');

const pollMs = 1500;
const words = {
  out: { sending: 'يُرسل…', delivered: 'توصل بها الخط', failed: 'لم تصل إلى الخط' },
  in: { sending: 'في الطريق…', delivered: 'وصلت', failed: 'لم تصل: الهاتف مغلق' },
};
const problems = {
  number: 'هذا الرقم غير صحيح. مثال: 0612345678',
  text: 'اكتبوا شيئا قبل الإرسال.',
  away: 'الخط لا يجيب الآن. أعيدوا المحاولة بعد لحظة.',
};
const clock = new Intl.DateTimeFormat('ar-MA', { hour: '2-digit', minute: '2-digit', numberingSystem: 'latn' });

const post = async (path, body) => {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  return response.ok ? { answer } : { wrong: answer.errors?.[0]?.path ?? 'away' };
};
const ask = (path, body) => post(path, body).catch(() => ({ wrong: 'away' }));

const complain = (wrong) => {
  const onNumber = wrong === 'number' || wrong === 'from';
  number.setAttribute('aria-invalid', String(onNumber));
  element('number-problem').textContent = onNumber ? problems.number : '';
  element('problem').textContent = wrong === undefined || onNumber ? '' : problems[wrong === 'text' ? 'text' : 'away'];
};

/** Only what changed is touched, so that a screen reader says each message once. */
const show = ({ line, messages }) => {
  element('line').textContent = line;
  const known = new Map([...thread.children].map((item) => [item.dataset.id, item]));
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  for (const message of messages) {
    const item = known.get(message.id) ?? thread.appendChild(bubble(message));
    known.delete(message.id);
    item.className = `sms ${message.direction} ${message.state}`;
    item.lastChild.textContent = `${words[message.direction][message.state]} · ${clock.format(new Date(message.at))}`;
  }
  for (const gone of known.values()) gone.remove();
  if (atEnd) thread.scrollTop = thread.scrollHeight;
};

const bubble = ({ id, text: said }) => {
  const item = document.createElement('li');
  item.dataset.id = id;
  const paragraph = document.createElement('p');
  paragraph.dir = 'auto';
  paragraph.textContent = said;
  const state = document.createElement('span');
  state.className = 'state';
  item.append(paragraph, state);
  return item;
};

let asked = 0;
/** The newest question alone is shown: an answer for a number that has been changed meanwhile is dropped. */
const refresh = async () => {
  const mine = (asked += 1);
  if (number.value.trim() === '') return;
  const { answer, wrong } = await ask('/simulator/thread', { number: number.value });
  if (mine !== asked) return;
  complain(wrong);
  if (answer) show(answer);
  else if (wrong === 'number') thread.replaceChildren();
};

const choose = (value) => {
  number.value = value;
  sessionStorage.setItem('number', value);
  void refresh();
};

const digit = () => 1 + Math.floor(Math.random() * 9);
/** A number that nobody has and no demo case either; it never ends like one that misbehaves, which start with 000. */
const anotherNumber = () => `06000${digit()}${digit()}${digit()}${digit()}${digit()}`;

number.addEventListener('change', () => choose(number.value));
element('another').addEventListener('click', () => choose(anotherNumber()));
element('examples').addEventListener('click', ({ target }) => {
  const example = target.closest('button');
  if (!example) return;
  text.value = example.textContent;
  text.focus();
});
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  element('compose').requestSubmit();
});
element('compose').addEventListener('submit', async (event) => {
  event.preventDefault();
  send.disabled = true;
  const { answer, wrong } = await ask('/simulator/messages', { from: number.value, text: text.value });
  send.disabled = false;
  asked += 1;
  complain(wrong);
  if (!answer) return;
  text.value = '';
  show(answer);
  thread.scrollTop = thread.scrollHeight;
});

choose(sessionStorage.getItem('number') ?? anotherNumber());
setInterval(() => {
  if (!document.hidden) void refresh();
}, pollMs);
