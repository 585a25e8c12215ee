import { expect, test } from 'vitest';
import { consoleTexts } from '#texts/console';
import { expectAccessible, useBrowser } from './browser.ts';
import { file, inTheirCentre, staffAt } from './filing.ts';

const { ar, fr } = consoleTexts;
const { enter } = useBrowser();

const shown = (reference: string): string => reference.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');

test('a sealed case, and one with a conflict of interest, leaves the screen of who is kept out; what was revealed is in the report', async () => {
  const text = 'Le responsable du centre m’a demandé de l’argent.';
  const { reference } = await file({ ...inTheirCentre, text, contact: { name: 'زينب العلوي', phone: '0661987653' } });
  const { id } = await (await staffAt('supervisor')).find(reference);
  const address = `/console/case/${id}`;
  const [chief, operator] = [await enter('supervisor', fr, address), await enter('operator', fr, address)];
  const { access: words, privacy } = fr;
  const panel = chief.getByRole('region', { name: words.heading });
  const tab = (name: string) => panel.getByRole('tab', { name, exact: true });
  const gone = async (): Promise<void> => {
    await operator.getByText(fr.problems.not_found).waitFor();
    expect(await operator.getByText(text).count()).toBe(0);
  };
  await operator.getByText(text).waitFor();
  await operator.getByText(fr.live.live).waitFor();
  const offered = operator.getByRole('region', { name: words.heading }).getByRole('tab');
  expect(await offered.allTextContents()).toEqual([words.tabs.block]);
  const name = (await operator.locator('.header-end bdi').textContent()) ?? '';

  await tab(words.tabs.seal).click();
  const me = panel.getByRole('checkbox', { checked: true });
  await me.waitFor();
  await panel.getByLabel(privacy.rights.reason).fill('Il met en cause un responsable.');
  await me.uncheck();
  await panel.getByText(words.seal.withoutYou).waitFor();
  // Nobody could unseal it.
  expect(await panel.getByRole('button', { name: words.seal.submit, exact: true }).isEnabled()).toBe(false);
  await expectAccessible(chief);
  await panel.getByRole('checkbox', { name: fr.roles.supervisor }).check();
  await panel.getByRole('button', { name: words.seal.submit, exact: true }).click();
  await panel.getByText(words.readers).waitFor();
  await panel.locator('h2:focus').waitFor();
  await gone();

  await tab(words.tabs.unseal).click();
  await panel.getByLabel(privacy.rights.reason).fill('L’enquête est finie.');
  await panel.getByRole('button', { name: words.unseal.submit, exact: true }).click();
  await panel.getByText(words.open).waitFor();
  await operator.reload();
  await operator.getByText(text).waitFor();
  await operator.getByText(fr.live.live).waitFor();

  await tab(words.tabs.block).click();
  await panel.getByLabel(words.block.who).selectOption({ label: `${name} · ${fr.roles.operator}` });
  await panel.getByLabel(words.block.reason).selectOption('close_to_person');
  await expectAccessible(chief);
  await panel.getByRole('button', { name: words.block.submit, exact: true }).click();
  await panel.getByText(words.mine).waitFor();
  await gone();

  const masked = chief.getByRole('region', { name: privacy.reveal.heading });
  await masked.getByRole('button', { name: privacy.reveal.begin }).click();
  await masked.getByLabel(privacy.reveal.reason).fill('Pour l’appeler.');
  await masked.getByRole('button', { name: privacy.reveal.submit, exact: true }).click();
  await masked.getByText('+212661987653').waitFor();
  await chief.getByRole('link', { name: fr.nav.reveals, exact: true }).click();
  const own = (await chief.locator('.header-end bdi').textContent()) ?? '';
  await chief.getByRole('table').getByRole('row').filter({ hasText: own }).waitFor();
  await expectAccessible(chief);
  await Promise.all([chief.context().close(), operator.context().close()]);
});

test('a partner files for somebody, is asked about it and answers; the case is merged with another and taken out again', async () => {
  const partner = await enter('partner', ar, '/console/file');
  const { filing: words } = ar;
  await partner.getByLabel(words.name).fill('خديجة');
  await partner.getByLabel(words.relationship).fill('مرافقة اجتماعية');
  await partner.getByLabel(words.province).selectOption(inTheirCentre.territory.province);
  await partner.getByLabel(words.text).fill('رفض السجل الاجتماعي الموحد طلبي.');
  const submit = partner.getByRole('button', { name: words.submit, exact: true });
  expect(await submit.isEnabled()).toBe(false);
  await partner.getByLabel(words.consent).check();
  await expectAccessible(partner);
  await submit.click();
  const receipt = partner.getByRole('region', { name: words.receipt.heading });
  const reference = ((await receipt.locator('dd').first().textContent()) ?? '').replaceAll(' ', '');
  await expectAccessible(partner);

  const line = await staffAt('operator');
  const { id } = await line.find(reference);
  const other = await file({ ...inTheirCentre, text: 'نفس الطلب من جديد.' });
  await line.find(other.reference);
  const operator = await enter('operator', ar, `/console/case/${id}`);
  await operator.getByRole('button', { name: ar.act.claim }).click();
  const act = operator.getByRole('region', { name: ar.act.label });
  const choose = async (action: string): Promise<void> => {
    await act.getByRole('tab', { name: ar.act.other, exact: true }).click();
    await act.getByLabel(ar.act.action, { exact: true }).selectOption(action);
  };
  const does = () => act.getByRole('button', { name: ar.act.submit, exact: true }).click();
  await operator.getByText(ar.statuses.in_progress, { exact: true }).first().waitFor();
  await choose('referred');
  await act.getByLabel(ar.refer.to).selectOption({ label: 'جمعية آفاق للتضامن' });
  await act.getByLabel(ar.refer.field.narrative).check();
  await act.getByLabel(ar.refer.reason).fill('هل توصلت بوثائقها؟');
  await does();
  await operator.getByText(ar.refer.with).waitFor();

  await partner.getByRole('link', { name: ar.nav.queue, exact: true }).click();
  await partner.getByRole('link', { name: shown(reference) }).click();
  await partner.getByLabel(ar.refer.answerLabel).fill('توصلت بها أمس.');
  await expectAccessible(partner);
  await partner.getByRole('button', { name: ar.refer.answerSubmit }).click();
  await partner.getByRole('heading', { name: ar.refer.heading }).waitFor();
  await partner.getByRole('link', { name: shown(reference) }).waitFor({ state: 'detached' });
  await operator.getByText('توصلت بها أمس.').waitFor();

  await choose('merge');
  await act.getByLabel(ar.merge.into).fill(other.reference);
  await act.getByText('نفس الطلب من جديد.').waitFor();
  await act.getByLabel(ar.act.reason).fill('نفس الطلب لنفس المواطنة.');
  await does();
  await operator.getByText(ar.merge.mergedInto).waitFor();
  await choose('unmerge');
  await act.getByLabel(ar.act.reason).fill('طلبان مختلفان.');
  await does();
  await operator.getByText(ar.merge.mergedInto).waitFor({ state: 'detached' });
  await operator.getByText(ar.statuses.in_progress, { exact: true }).first().waitFor();
  await Promise.all([partner.context().close(), operator.context().close()]);
});
