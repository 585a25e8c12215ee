import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Tracked } from '#contract/filing';
import { languages, type Language, type Status, statuses } from '#contract/words';
import { projectRoot } from '#lib/root';
import { offersFor } from '#pages/offers';
import { directionOf, languageOf, pathOf } from '#pages/paths';
import { renderError, views } from '#pages/views';

const key = '0b8f7f0e-4a0c-4c6e-9d8e-0a9a1c1f2b3d';
const receipt = {
  reference: '2648391756', code: '408213', status: 'received' as const,
  receivedAt: '2026-11-22T10:31:00.000Z', legalDueDate: '2027-01-21', proof: 'AZqwx3xefTqfECtvHA5NVQABAgMEBQYHCAkKCw',
};
const trackedAs = (status: Status, text = 'شكرا'): Tracked => ({
  reference: '2648391756', kind: 'complaint', status, receivedAt: receipt.receivedAt, legalDueDate: receipt.legalDueDate, proof: receipt.proof,
  nextStep: 'we_work', timeline: [{ at: receipt.receivedAt, status }],
  messages: [{ at: receipt.receivedAt, from: 'citizen', text }, { at: receipt.receivedAt, from: 'insat', text }],
});
const filing = (language: Language, values = {}, problems: { path: string; code: string }[] = []) =>
  views.filing({ form: { language, values, problems }, uploads: ['q7Zk1vXw0cN3b_9yRr5t-A'], idempotencyKey: key });
const tracked = (language: Language, status: Status, text?: string) =>
  views.tracked({ language, tracked: trackedAs(status, text), readings: [{ at: '2026-11-22T10:00:00.000Z', by: 'operator', what: 'revealed', reason: text ?? null }], code: '408213', left: 60 });

const everyPage = (language: Language): string[] => [
  views.home({ language }),
  filing(language),
  views.receipt({ language, receipt, noRoom: true }),
  views.track({ form: { language, values: {}, problems: [] } }),
  ...statuses.map((status) => tracked(language, status)),
  renderError(language, 'not_found'),
  renderError(language, 'internal'),
];

describe.each(languages)('every page in %s', (language) => {
  it('says its language and direction, and carries neither script nor inline style', () => {
    for (const html of everyPage(language)) {
      expect(html).toMatch(new RegExp(`^<!doctype html><html lang="${language}" dir="${directionOf(language)}">`));
      expect(html).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:/i);
      expect(html).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  it('loads nothing from elsewhere', () => {
    const addresses = everyPage(language).flatMap((html) => [...html.matchAll(/(?:href|src|action)="([^"]*)"/g)].map((found) => found[1]));
    for (const address of addresses) expect(address).toMatch(/^(\/(?!\/)|#|tel:|data:image\/svg)/);
  });

  it('leads to itself in every other language', () => {
    const html = views.track({ form: { language, values: {}, problems: [] } });
    for (const other of languages) expect(html).toContain(`href="${pathOf(other, '/track')}"`);
    expect(languageOf(pathOf(language, '/track'))).toBe(language);
    expect(languageOf(`${pathOf(language, '/file')}?x=1`)).toBe(language);
  });

  it('never gives two elements one id, and ties every label and error to a field that is there', () => {
    const problems = ['text', 'contact.phone', 'onBehalfOf.name'].map((path) => ({ path, code: 'required' }));
    for (const html of [...everyPage(language), filing(language, {}, problems)]) {
      const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((found) => found[1]);
      expect(new Set(ids).size).toBe(ids.length);
      const wanted = [...html.matchAll(/(?:\sfor="|href="#|aria-describedby=")([^"]*)"/g)].flatMap((found) => found[1]?.split(' ') ?? []);
      for (const id of wanted) expect(ids).toContain(id);
    }
  });
});

describe('what a citizen typed', () => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e&amp;\'';

  it('can never become part of the page', () => {
    const values = Object.fromEntries(
      ['kind', 'text', 'category', 'territory.commune', 'contact.name', 'contact.phone', 'onBehalfOf.name'].map((name) => [name, hostile]),
    );
    const pages = [
      filing('ar', values, [{ path: 'text', code: hostile }]),
      views.track({ form: { language: 'fr', values: { reference: hostile }, problems: [] } }),
      tracked('ar', 'in_progress', hostile),
      views.tracked({ language: 'en', tracked: trackedAs('resolved', hostile), readings: [], code: hostile, left: 1 }),
    ];
    for (const html of pages) expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>[^&]/);
  });

  it('is shown again after an error, the first line break included', () => {
    const html = filing('ar', { text: '\nسطر', 'contact.name': "O'Connor" }, [{ path: 'consent', code: 'consent_required' }]);
    expect(html).toMatch(/<textarea[^>]*>\n\nسطر<\/textarea>/);
    expect(html).toContain('value="O&#x27;Connor"');
    expect(html).toContain('href="#consent"');
  });

  it('stands in its own direction, so that marks in it cannot reorder the page', () => {
    expect(tracked('ar', 'in_progress', '\u202e123')).toContain('<div class="said" dir="auto">[U+202E]123</div>');
    expect(readFileSync(join(projectRoot, 'src/pages/pages.css'), 'utf8')).not.toMatch(/(margin|padding|border|inset)-(left|right)|[\s;](left|right)\s*:/);
  });
});

describe('the code', () => {
  it('is shown on the receipt and nowhere else', () => {
    expect(views.receipt({ language: 'ar', receipt, noRoom: false })).toContain('>408213<');
    const html = tracked('ar', 'resolved');
    expect(html).not.toContain('>408213<');
    expect(html.replaceAll('name="code" value="408213"', '')).not.toContain('408213');
    expect(views.track({ form: { language: 'ar', values: { code: '408213' }, problems: [] } })).not.toContain('408213');
  });
});

describe('a citizen is offered', () => {
  const offered = (status: Status, late = false, nextStep: Tracked['nextStep'] = 'nothing') =>
    Object.entries(offersFor({ status, nextStep }, late)).flatMap(([action, yes]) => (yes ? [action] : []));

  it('what the case allows, and never what it would refuse', () => {
    expect(offered('in_progress')).toEqual(['message', 'withdraw']);
    expect(offered('in_progress', true)).toEqual(['message', 'appeal', 'withdraw']);
    expect(offered('resolved', false, 'you_rate')).toEqual(['feedback', 'reopen', 'appeal']);
    expect(offered('closed')).toEqual(['reopen', 'appeal']);
    expect(offered('duplicate', false, 'we_work')).toEqual(['message', 'withdraw']);
    expect(offered('duplicate', false, 'you_rate')).toEqual(['message', 'feedback', 'reopen', 'appeal']);
    expect(offered('withdrawn')).toEqual([]);
    expect(offered('spam', true)).toEqual([]);
  });
});
