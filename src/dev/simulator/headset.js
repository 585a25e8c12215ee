import { ask } from './server.js';
import { createTelephone } from './telephone.js';
import { copyOf, words } from './words.js';

/**
 * What an operator's browser is to the telephone: it asks the line for a token, as the person who is signed in at the console,
 * and with that it is called, and takes whoever waits.
 */
export const createHeadset = (place) => {
  const copy = copyOf('headset-device');
  const device = copy.querySelector('.device');
  place.append(copy);
  device.setAttribute('aria-label', words.headset);
  const problem = device.querySelector('.problem');
  let token = null;
  /** While nobody is signed in, that is not asked at every turn. */
  let turns = 0;

  const tokenOf = async () => {
    // Asking again is no sign that anybody is there.
    const { answer } = await ask('/api/v1/staff/voice/token', {}, token === null ? {} : { 'x-insat-background': '1' });
    token = answer?.token ?? null;
    problem.textContent = token === null ? words.signedOut : '';
    return token;
  };
  const look = async (act, key) => {
    if (token === null) {
      turns += 1;
      if (turns % 4 !== 1 || (await tokenOf()) === null) return {};
    }
    const { answer, wrong } = await ask('/simulator/headset', { token, act, key });
    if (wrong === 'unauthenticated') token = null;
    return { call: answer, wrong };
  };
  const telephone = createTelephone(device.querySelector('.app'), look);
  device.querySelector('[data-act="dial"]').textContent = words.next;

  const refresh = async () => {
    const { call } = await look();
    if (call) telephone.show(call);
  };
  void refresh();
  return { refresh };
};
