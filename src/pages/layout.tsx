import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { languages, type Language } from '#contract/words';
import { line } from '#texts/format';
import { texts } from '#texts/index';
import { Mark } from '#ui/mark';
import { directionOf, pathOf, type Page } from './paths.ts';
import { stylesheet } from './assets.ts';

/** Each language in its own name: who cannot read the page must still find it. */
const languageNames: Record<Language, string> = { ar: 'العربية', fr: 'Français', en: 'English', zgh: 'ⵜⴰⵎⴰⵣⵉⵖⵜ' };

const icon = `data:image/svg+xml,${encodeURIComponent(renderToStaticMarkup(<Mark />))}`;

/** What every page shares. `page` is where the language switcher leads; `title` names the page in the browser. */
export function Layout({ language, page, title, children }: { language: Language; page: Page; title: string; children: ReactNode }) {
  const t = texts[language].pages.layout;
  const link = (to: Page, label: string) => (
    <a href={pathOf(language, to)} aria-current={to === page ? 'page' : undefined}>
      {label}
    </a>
  );
  return (
    <html lang={language} dir={directionOf(language)}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="format-detection" content="telephone=no" />
        <meta name="theme-color" content="#0b5d57" />
        <meta name="description" content={texts[language].pages.home.lead} />
        <title>{`${title} · ${t.name}`}</title>
        <link rel="stylesheet" href={stylesheet.path} />
        <link rel="icon" href={icon} />
      </head>
      <body>
        <a className="skip" href="#content">{t.skip}</a>
        <header className="top">
          <div className="width bar">
            <a className="brand" href={pathOf(language, '/')}>
              <Mark />
              <span>
                <strong>{t.name}</strong>
                <small>{t.tagline}</small>
              </span>
            </a>
            <nav className="menu">
              {link('/file', t.file)}
              {link('/track', t.track)}
            </nav>
            <nav className="languages" aria-label={t.languages}>
              {languages.map((other) => (
                <a
                  key={other}
                  href={pathOf(other, page)}
                  lang={other}
                  hrefLang={other}
                  dir={directionOf(other)}
                  aria-current={other === language ? 'true' : undefined}
                >
                  {languageNames[other]}
                </a>
              ))}
            </nav>
          </div>
        </header>
        <main id="content" className="width" tabIndex={-1}>
          {children}
        </main>
        <footer className="bottom">
          <div className="width">
            <PhoneLink className="foot-line" />
            <p>{t.bank}</p>
            <p>{t.law}</p>
          </div>
        </footer>
      </body>
    </html>
  );
}

/** The line, ready to be called. Its digits keep their order in a right-to-left sentence. */
export function PhoneLink({ className }: { className?: string }) {
  return (
    <a className={className} href={`tel:${line.dialled}`}>
      <bdi dir="ltr">{line.shown}</bdi>
    </a>
  );
}
