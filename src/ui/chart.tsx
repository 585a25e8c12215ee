import type { ReactElement } from 'react';

/** One bar of a chart: its length as a share of the row (0 to 1), or null for a measure that was not reached. */
type Bar = { share: number | null; tone: 'strong' | 'soft' };

const height = 10;
const gap = 3;

/**
 * Bars beneath each other that grow from the start of the line, whichever side that is. They only repeat what the text
 * beside them says, so they are hidden from readers of text. Lengths are SVG attributes: a strict
 * Content-Security-Policy allows no style attribute. Colours come from `color` of the surroundings.
 */
export function Bars({ bars, dir }: { bars: readonly Bar[]; dir: 'rtl' | 'ltr' }): ReactElement {
  return (
    <svg className="bars" aria-hidden="true" width="100%" height={bars.length * (height + gap)} preserveAspectRatio="none">
      {bars.map(({ share, tone }, index) => {
        // A measured time that is nearly nothing still shows.
        const width = Math.max(0.5, Math.min(1, share ?? 1) * 100);
        const place = { x: dir === 'rtl' ? `${100 - width}%` : '0', y: index * (height + gap) + 1, width: `${width}%`, height };
        return share === null
          ? <rect key={place.y} {...place} fill="none" stroke="currentColor" strokeDasharray="4 4" strokeOpacity={0.6} />
          : <rect key={place.y} {...place} fill="currentColor" fillOpacity={tone === 'strong' ? 1 : 0.45} />;
      })}
    </svg>
  );
}
