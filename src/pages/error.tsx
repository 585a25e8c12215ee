import type { Language } from '#contract/words';
import type { ErrorCode } from '#lib/errors';
import { texts } from '#texts/index';
import { Layout, PhoneLink } from './layout.tsx';
import { pathOf } from './paths.ts';

/** Says kindly what went wrong and where to go. Never shows what was sent. */
export function ErrorPage({ language, code }: { language: Language; code: ErrorCode }) {
  const { error } = texts[language].pages;
  const title = code === 'not_found' ? error.lostTitle : error.title;
  return (
    <Layout language={language} page="/" title={title}>
      <div className="narrow">
        <h1>{title}</h1>
        <p className="lead">{texts[language].errors[code]}</p>
        <p>
          {error.call} <PhoneLink />
        </p>
        <p>
          <a className="button" href={pathOf(language, '/')}>{error.home}</a>
        </p>
      </div>
    </Layout>
  );
}
