import type { Receipt } from '#contract/filing';
import type { Language } from '#contract/words';
import { formatReference } from '#lib/reference';
import { formatDate, formatInstant } from '#texts/format';
import { texts } from '#texts/index';
import { Layout, PhoneLink } from './layout.tsx';
import { pathOf } from './paths.ts';
import { ReceiptProof } from './receipt-proof.tsx';

/** The receipt: the only page that ever shows the code. `noRoom`: a file was left behind. Its two numbers are large enough to be copied by hand. */
export function ReceiptPage({ language, receipt, noRoom }: { language: Language; receipt: Receipt; noRoom: boolean }) {
  const { receipt: t, layout } = texts[language].pages;
  return (
    <Layout language={language} page="/file" title={t.title}>
      <div className="narrow">
        <h1 className="done">{t.title}</h1>
        <p className="lead">{t.keep}</p>
        {noRoom && <p className="problem">{t.noRoom}</p>}
        <section className="card receipt">
          <dl>
            <div>
              <dt>{t.reference}</dt>
              <dd className="digits"><bdi dir="ltr">{formatReference(receipt.reference)}</bdi></dd>
            </div>
            <div>
              <dt>{t.code}</dt>
              <dd className="digits"><bdi dir="ltr">{receipt.code}</bdi></dd>
              <dd className="hint">{t.codeHint}</dd>
            </div>
            <div>
              <dt>{t.due}</dt>
              <dd className="date"><bdi dir="ltr">{formatDate(receipt.legalDueDate)}</bdi></dd>
            </div>
            <div>
              <dt>{t.received}</dt>
              <dd><bdi dir="ltr">{formatInstant(receipt.receivedAt)}</bdi></dd>
            </div>
          </dl>
        </section>
        <ReceiptProof language={language} proof={receipt.proof} />
        <section>
          <h2>{t.how}</h2>
          <p>{t.web}</p>
          <p>{t.call} <PhoneLink /></p>
          <p className="safe">{layout.bank}</p>
        </section>
        <p className="screen buttons">
          <a className="button" href={pathOf(language, '/track')}>{t.track}</a>
          <a className="button quiet" href={pathOf(language, '/file')}>{t.another}</a>
        </p>
      </div>
    </Layout>
  );
}
