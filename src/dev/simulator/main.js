import { createHeadset } from './headset.js';
import { createPhone } from './phone.js';
import { language, speak, words } from './words.js';

const pollMs = 1500;
const element = (id) => document.getElementById(id);

document.documentElement.lang = language;
document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
document.title = `${words.title} · ${words.name}`;
speak(document.body);
for (const link of document.querySelectorAll('.languages a')) if (link.lang === language) link.setAttribute('aria-current', 'true');

const first = createPhone(element('devices'), '1');
const devices = [first];
for (const [id, create] of [['second', () => createPhone(element('devices'), '2')], ['headset', () => createHeadset(element('devices'))]])
  element(id).addEventListener('click', () => {
    element(id).disabled = true;
    devices.push(create());
    element('devices').lastElementChild.scrollIntoView({ block: 'nearest' });
  });
element('examples').addEventListener('click', ({ target }) => {
  const example = target.closest('button');
  if (example) first.write(example.textContent);
});

setInterval(() => {
  if (!document.hidden) for (const device of devices) void device.refresh();
}, pollMs);
