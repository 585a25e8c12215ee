import type { Language } from '#contract/words';
import { texts } from '#texts/index';

/** What somebody independent can check, without the code: folded, as most who read the page do not need it. */
export function ReceiptProof({ language, proof }: { language: Language; proof: string }) {
  const { receipt: t } = texts[language].pages;
  const path = `/api/v1/proof/inclusion?receipt=${proof}`;
  return (
    <details className="card">
      <summary>{t.proof}</summary>
      <p>{t.proofHint}</p>
      <p>
        <a href={path} dir="ltr" className="proof">{path}</a>
      </p>
    </details>
  );
}
