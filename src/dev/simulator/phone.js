import { createChat } from './chat.js';
import { ask } from './server.js';
import { createTelephone } from './telephone.js';
import { copyOf, words } from './words.js';

const digit = () => 1 + Math.floor(Math.random() * 9);
/** A number that nobody has and no demo case either; it never ends like one that misbehaves, which start with 000. */
const anotherNumber = () => `06000${digit()}${digit()}${digit()}${digit()}${digit()}`;

/** A phone with its three apps, put into `place`. `name` tells it from others, and is where its number is kept while the tab is open. */
export const createPhone = (place, name) => {
  const copy = copyOf('phone');
  const device = copy.querySelector('.device');
  place.append(copy);
  device.setAttribute('aria-label', `${words.phone} ${name}`);
  const number = device.querySelector('.number');
  const problem = device.querySelector('.wrong-number');
  const tabs = [...device.querySelectorAll('[data-app]')];
  const panel = (app) => device.querySelector(`[data-panel="${app}"]`);
  let open = 'sms';
  let asked = 0;
  /** How many messages of each app have been seen. */
  let read = {};

  /** The newest question alone is shown: an answer for a number that has been changed meanwhile is dropped. */
  const take = ({ answer, wrong }) => {
    asked += 1;
    const onNumber = wrong === 'number' || wrong === 'from';
    number.setAttribute('aria-invalid', String(onNumber));
    problem.textContent = onNumber ? words.problems.number : wrong === 'away' ? words.problems.away : '';
    if (answer) show(answer);
    else if (onNumber) for (const chat of Object.values(chats)) chat.clear();
  };
  const chats = {
    sms: createChat(panel('sms'), 'sms', () => number.value, take),
    whatsapp: createChat(panel('whatsapp'), 'whatsapp', () => number.value, take),
  };
  const telephone = createTelephone(panel('call'), async (act, key) => {
    const result = await ask('/simulator/calls', { number: number.value, act, key });
    take(result);
    return { call: result.answer?.call, wrong: result.wrong };
  });

  const label = (app, more) => {
    tabs.find(({ dataset }) => dataset.app === app).textContent = more === '' ? words[app] : `${words[app]} · ${more}`;
  };
  const show = (seen) => {
    device.querySelector('.line').textContent = seen.line;
    for (const [app, chat] of Object.entries(chats)) chat.show(seen[app]);
    telephone.show(seen.call);
    const rings = seen.call.state === 'ringing';
    for (const app of Object.keys(chats)) {
      const arrived = seen[app].filter(({ direction, state }) => direction === 'in' && state !== 'sending' && state !== 'failed').length;
      if (app === open || read[app] === undefined) read[app] = arrived;
      // Of a number that was changed meanwhile there may be fewer.
      label(app, arrived > read[app] ? String(arrived - read[app]) : '');
    }
    label('call', rings ? words.rings : '');
    device.classList.toggle('rings', rings);
    if (open === 'whatsapp' && seen.whatsapp.some(({ direction, state }) => direction === 'in' && state === 'delivered')) void ask('/simulator/read', { number: number.value });
  };

  const refresh = async () => {
    if (number.value.trim() === '') return;
    const mine = (asked += 1);
    const result = await ask('/simulator/thread', { number: number.value });
    if (mine === asked) take(result);
  };
  const choose = (value) => {
    number.value = value;
    read = {};
    sessionStorage.setItem(`number ${name}`, value);
    void refresh();
  };
  const turnTo = (app) => {
    open = app;
    for (const tab of tabs) {
      tab.setAttribute('aria-pressed', String(tab.dataset.app === app));
      panel(tab.dataset.app).hidden = tab.dataset.app !== app;
    }
    void refresh();
  };

  for (const tab of tabs) tab.addEventListener('click', () => turnTo(tab.dataset.app));
  number.addEventListener('change', () => choose(number.value));
  device.querySelector('.another').addEventListener('click', () => choose(anotherNumber()));
  choose(sessionStorage.getItem(`number ${name}`) ?? anotherNumber());
  return {
    refresh,
    write: (said) => {
      if (open === 'call') turnTo('sms');
      chats[open].write(said);
    },
  };
};
