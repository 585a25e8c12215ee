import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSso, type SsoGround } from '../support/sso.ts';

// Auth.js GHSA-7rqj-j65f-68wh: an address was checked before it was normalised, so another one passed for it.
const subject = 'amal@id.example';
let ground: SsoGround;
beforeAll(async () => {
  ground = await openSso(subject);
});
afterAll(() => ground.close());

const likenesses: Record<string, string> = {
  'a full-width at sign': 'amal\uff20id.example',
  'a small at sign': 'amal\ufe6bid.example',
  'a Cyrillic letter': '\u0430mal@id.example',
  'full-width letters': '\uff41mal@id.example',
  'another case': 'Amal@id.example',
  'a zero-width space': 'amal\u200b@id.example',
  'a soft hyphen': 'am\u00adal@id.example',
  'a mark of direction': '\u200eamal@id.example',
  'a combining mark': 'amal\u0301@id.example',
  'a space before': ' amal@id.example',
  'a line break after': 'amal@id.example\n',
  'a NUL after': 'amal@id.example\0',
  'an encoded at sign': 'amal%40id.example',
};

it('a subject that only looks like the one that is linked never opens the account', async () => {
  expect((await ground.signInAs({ sub: subject })).me).toBe(200);
  for (const [what, sub] of Object.entries(likenesses)) 
    expect(await ground.signInAs({ sub }), what).toEqual({ at: expect.stringMatching(/^\/console\?refused=sso_(unknown|failed)$/), me: 401 });
});

it('a subject that is not plain ASCII, as the standard has it, is linked to nobody', async () => {
  for (const [what, sub] of Object.entries(likenesses).filter(([, one]) => /[^\x21-\x7e]/.test(one)))
    await expect(ground.linkTo('colleague', sub), what).rejects.toThrow('--subject');
  await expect(ground.linkTo('colleague', 'x'.repeat(256))).rejects.toThrow('--subject');
});
