import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { longestOf, shareOf } from '#console/report/scale';
import { Bars } from '#ui/chart';

test('an unreached percentile never looks shorter than a reached one', () => {
  const longest = longestOf([{ p50: 60, p90: null }, { p50: 120, p90: 600 }]);
  expect(longest).toBe(600);
  expect(shareOf(600, longest)).toBe(1);
  expect(shareOf(null, longest)).toBeNull();
  const drawn = renderToStaticMarkup(createElement(Bars, { dir: 'ltr', bars: [{ share: null, tone: 'soft' }] }));
  expect(drawn).toContain('width="100%"');
  expect(drawn).toContain('stroke-dasharray');
});

test('a period without cases draws nothing impossible', () => {
  expect(shareOf(0, longestOf([]))).toBe(0);
});

test('bars grow from the start of the line, and never need a style attribute', () => {
  const draw = (dir: 'rtl' | 'ltr') => renderToStaticMarkup(createElement(Bars, { dir, bars: [{ share: 0.25, tone: 'strong' }] }));
  expect(draw('ltr')).toContain('x="0"');
  expect(draw('rtl')).toContain('x="75%"');
  expect(draw('rtl')).not.toContain('style=');
});
