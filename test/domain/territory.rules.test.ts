import { describe, expect, it } from 'vitest';
import { isProvince, provinceIn, provinces, regionOf, regions } from '#domain/territory/territory.rules';

describe('the division of 2015', () => {
  it('has 12 regions and 75 provinces, each in a region that exists', () => {
    expect(regions).toHaveLength(12);
    expect(new Set(provinces.map(({ code }) => code)).size).toBe(75);
    for (const { code } of provinces) expect(regions.map((region) => region.code)).toContain(regionOf(code));
  });

  it('keeps the two parents that ISO 3166-2 has wrong', () => {
    expect(regionOf('MA-NOU')).toBe('MA-06');
    expect(regionOf('MA-CHT')).toBe('MA-09');
  });

  it('never takes an unknown code for a province', () => {
    for (const code of ['', 'MA-01', 'MA-XXX', 'ma-fes', '__proto__', 'constructor']) {
      expect(isProvince(code)).toBe(false);
      expect(regionOf(code)).toBeUndefined();
    }
  });
});

describe('a place named in a message', () => {
  it.each(provinces.map(({ code, nameAr, nameFr }) => [code, nameAr, nameFr]))('%s is found by its official names', (code, nameAr, nameFr) => {
    expect(provinceIn(nameAr)).toBe(code);
    expect(provinceIn(nameFr)).toBe(code);
    expect(provinceIn(`أنا من إقليم ${nameAr} ولم أتوصل بشيء`)).toBe(code);
    expect(provinceIn(`J’habite la province de ${nameFr.toUpperCase()}, merci.`)).toBe(code);
  });

  it.each([
    ['حنا فمراكش', 'MA-MAR'], ['ساكنة بالعيون', 'MA-LAA'], ['وبالعيون', 'MA-LAA'], ['ومن الرباط', 'MA-RAB'], ['للرباط', 'MA-RAB'], ['وجدة', 'MA-OUJ'], ['Salé', 'MA-SAL'], ['ana men sala', 'MA-SAL'], ['hna f sla', 'MA-SAL'],
    ['من إقليم شيشاوة قرب مراكش', 'MA-CHI'], ['عين السبع الدار البيضاء', 'MA-CAS'], ['سيدي البرنوصي', 'MA-CAS'], ['sidi bernoussi', 'MA-CAS'],
    ['ana mn tanja', 'MA-TNG'], ['f safi', 'MA-SAF'], ['ville de Safi', 'MA-SAF'], ['في الداخلة', 'MA-OUD'], ['أگادير', 'MA-AGD'], ['\u200fفاس\u200f', 'MA-FES'],
  ])('%s is %s', (text, code) => {
    expect(provinceIn(text)).toBe(code);
  });

  it.each([
    'البطاقة الجديدة لم تصل', 'أنا مديونة للبنك', 'موعد مع طبيب العيون', 'c’est très sale', 'safi 3yit', 'ma tata est malade', 'المضيق مسدود',
    'الفحص الطبي', 'رجل درويش', 'حاجب المحكمة', 'من فاس إلى مكناس', 'جهة مراكش آسفي', 'جهة الرباط سلا القنيطرة', 'région Fès-Meknès', 'فاسد', 'فاسدون', '', '12345',
  ])('%s names no single province, so none is guessed', (text) => {
    expect(provinceIn(text)).toBeNull();
  });
});
