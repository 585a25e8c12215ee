import { afterAll, beforeAll, expect, it } from 'vitest';
import { addOrganisation } from '#cli/add-organisation';
import { addStaff } from '#cli/add-staff';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const add = (...args: string[]) => addStaff(app.deps.ctx, args);
const signIn = (login: string, password: string) => app.post('/api/v1/staff/session', { login, password });

it('an operator signs in with the password that was printed, and belongs to the centre', async () => {
  const { login, password } = await add('--login', 'salma', '--name', 'Salma', '--role', 'operator', '--centre', 'centre-06');
  const answer = await signIn(login, password);
  expect(answer.json).toMatchObject({ name: 'Salma', role: 'operator', centre: { id: 'centre-06' }, language: 'ar' });
});

it('a login that exists gets a new password, and the old one opens nothing', async () => {
  const args = ['--login', 'karim', '--name', 'Karim', '--role', 'administrator', '--language', 'fr'];
  const first = await add(...args);
  const second = await add(...args);
  expect((await signIn('karim', first.password)).status).toBe(401);
  expect((await signIn('karim', second.password)).status).toBe(200);
});

it('a partner belongs to a known organisation, and sees what is referred to it', async () => {
  expect(await addOrganisation(app.deps.ctx, ['--id', 'afaq', '--name-ar', 'جمعية آفاق', '--name-fr', 'Association Afaq'])).toBe('afaq');
  await expect(add('--login', 'amina', '--name', 'Amina', '--role', 'partner')).rejects.toThrow(/--organisation: one of afaq, anr/);
  await expect(add('--login', 'amina', '--name', 'Amina', '--role', 'observer', '--organisation', 'afaq')).rejects.toThrow(/no organisation/);
  const { login, password } = await add('--login', 'amina', '--name', 'Amina', '--role', 'partner', '--organisation', 'afaq');
  const cookie = ((await signIn(login, password)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect((await app.get('/api/v1/staff/cases', { cookie })).json).toEqual({ items: [], nextCursor: null });
  await expect(addOrganisation(app.deps.ctx, ['--id', 'A B', '--name-ar', 'x', '--name-fr', ''])).rejects.toThrow(/--id[^]*--name-fr/);
});

it('an account that nobody could use is never made', async () => {
  await expect(add('--login', 'x y', '--name', 'X', '--role', 'chief')).rejects.toThrow(/--login[^]*--role/);
  await expect(add('--login', 'nadia', '--name', 'Nadia', '--role', 'operator')).rejects.toThrow(/centre-01/);
  await expect(add('--login', 'nadia', '--name', 'Nadia', '--role', 'operator', '--centre', 'centre-99')).rejects.toThrow(/centre-01/);
  await expect(add('--login', 'nadia', '--name', 'Nadia', '--role', 'observer', '--centre', 'centre-01')).rejects.toThrow(/no centre/);
  await expect(add('--login', 'nadia', '--password', 'secret')).rejects.toThrow(/--password/);
  expect((await signIn('nadia', 'anything at all')).status).toBe(401);
});
