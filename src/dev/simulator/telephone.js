import { copyOf, words } from './words.js';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
/** What may be done in which state of a call. */
const possible = {
  idle: ['dial'], over: ['dial'],
  ringing: ['answer', 'decline'],
  keys: ['wait', 'hang_up'], queue: ['wait', 'hang_up'], voice: ['speak', 'wait', 'hang_up'],
  dial: ['hang_up'], talking: ['hang_up'],
};

/** A telephone with a keypad. `act(what, key)` does something, and gives the call as it is then, or what is `wrong`. */
export const createTelephone = (root, act) => {
  root.append(copyOf('telephone'));
  const [heard, status, problem, keypad] = ['.heard', '.status', '.problem', '.keypad'].map((name) => root.querySelector(name));
  const buttons = [...root.querySelectorAll('[data-act]')];
  heard.dataset.empty = words.nothingHeard;
  for (const key of keys) {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: key, disabled: true });
    button.addEventListener('click', () => run('key', key));
    keypad.append(button);
  }
  for (const button of buttons) {
    button.hidden = true;
    button.addEventListener('click', () => run(button.dataset.act));
  }

  const perform = async (what, key) => {
    const { call, wrong } = await act(what, key);
    problem.textContent = wrong === undefined || wrong === 'number' ? '' : words.problems.away;
    if (call) show(call);
  };
  let last = Promise.resolve();
  /** One thing at a time, in the order in which it was done. */
  const run = (what, key) => {
    last = last.then(() => perform(what, key));
  };

  const lineOf = ({ by, language, text }) => {
    const item = document.createElement('li');
    item.className = by;
    const who = document.createElement('span');
    who.className = 'state';
    who.textContent = [words.by[by], words.languages[language]].filter(Boolean).join(' ');
    const said = document.createElement('p');
    said.dir = 'auto';
    if (language) said.lang = language;
    item.append(who, said);
    said.textContent = text;
    return item;
  };

  let shown = '';
  const show = (call) => {
    const now = JSON.stringify(call);
    if (now === shown) return;
    shown = now;
    const known = heard.children.length;
    const same = call.heard.slice(0, known).every(({ text }, at) => heard.children[at].lastChild.textContent === text);
    if (same && call.heard.length >= known) heard.append(...call.heard.slice(known).map(lineOf));
    else heard.replaceChildren(...call.heard.map(lineOf));
    heard.scrollTop = heard.scrollHeight;
    status.textContent = words.states[call.state] + (call.typed === '' ? '' : ` ${words.typed}: ${call.typed}`);
    for (const button of buttons) button.hidden = !possible[call.state].includes(button.dataset.act);
    for (const button of keypad.children) button.disabled = !['keys', 'queue'].includes(call.state);
  };
  return { show };
};
