import type { Language } from '#contract/words';
import { texts } from '#texts/index';
import { Layout, PhoneLink } from './layout.tsx';
import { pathOf } from './paths.ts';

/** What the line is, the number to call, the two things to do here, and what is promised. */
export function HomePage({ language }: { language: Language }) {
  const t = texts[language].pages.home;
  const promises = [
    [t.receipt, t.receiptText],
    [t.date, t.dateText],
    [t.safe, t.safeText],
  ] as const;
  return (
    <Layout language={language} page="/" title={t.title}>
      <section className="hero">
        <div>
          <h1>{t.title}</h1>
          <p className="lead">{t.lead}</p>
          <div className="actions">
            <a className="action first" href={pathOf(language, '/file')}>
              <strong>{t.file}</strong>
              <span>{t.fileHint}</span>
            </a>
            <a className="action" href={pathOf(language, '/track')}>
              <strong>{t.track}</strong>
              <span>{t.trackHint}</span>
            </a>
          </div>
        </div>
        <aside className="call">
          <h2>{t.call}</h2>
          <PhoneLink className="number" />
          <p>{t.callHint}</p>
        </aside>
      </section>
      <section>
        <h2>{t.promises}</h2>
        <ol className="promises">
          {promises.map(([title, text]) => (
            <li key={title}>
              <h3>{title}</h3>
              <p>{text}</p>
            </li>
          ))}
        </ol>
      </section>
    </Layout>
  );
}
