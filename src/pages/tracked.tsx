import type { Tracked } from '#contract/filing';
import type { Readings } from '#contract/readings';
import type { Language } from '#contract/words';
import { isOpen } from '#domain/cases/cases.rules';
import { formatReference } from '#lib/reference';
import { formatDate, formatInstant } from '#texts/format';
import { texts } from '#texts/index';
import { withFilesNamed } from '#ui/files';
import { withMarksShown } from '#ui/marks';
import { Layout } from './layout.tsx';
import { ReceiptProof } from './receipt-proof.tsx';
import { type Attempt, TrackedForms } from './tracked-forms.tsx';
import type { Action } from './tracking-form.ts';

/**
 * A case as its citizen sees it. `code` is what was typed, needed again by each form. `left` is the number of days to
 * the legal date; `done` is what was just done, `attempt` what was tried and refused.
 */
export type TrackedView = {
  language: Language;
  tracked: Tracked;
  readings: Readings;
  code: string;
  left: number;
  done?: Action | undefined;
  attempt?: Attempt | undefined;
};

export function TrackedPage(view: TrackedView) {
  const { language, tracked, readings, left, done, attempt } = view;
  const { tracked: t, error } = texts[language].pages;
  const { words, errors } = texts[language];
  const open = isOpen(tracked.status);
  return (
    <Layout language={language} page="/track" title={attempt ? `${error.prefix}: ${t.title}` : t.title}>
      <div className="narrow">
        {attempt && (
          <div className="summary" role="alert" tabIndex={-1} autoFocus>
            <p>{errors[attempt.refusal]}</p>
          </div>
        )}
        {done && <p className="notice" role="status">{t.done[done]}</p>}
        <h1>
          {t.title} <bdi dir="ltr" className="digits">{formatReference(tracked.reference)}</bdi>
        </h1>
        <section className="card state">
          <p className="kind">{words.kinds[tracked.kind]}</p>
          <p className={`status ${open ? 'open' : 'ended'}`}>{words.statuses[tracked.status]}</p>
          <h2>{t.next}</h2>
          <p>{words.nextSteps[tracked.nextStep]}</p>
          <dl className="dates">
            <div>
              <dt>{t.received}</dt>
              <dd><bdi dir="ltr">{formatInstant(tracked.receivedAt)}</bdi></dd>
            </div>
            <div>
              <dt>{t.due}</dt>
              <dd>
                <bdi dir="ltr">{formatDate(tracked.legalDueDate)}</bdi>{' '}
                {open && <span className={left < 0 ? 'left late' : 'left'}>{t.daysLeft(left)}</span>}
              </dd>
            </div>
          </dl>
        </section>
        <Messages language={language} messages={tracked.messages} />
        <TrackedForms {...view} />
        <section className="card">
          <h2>{t.timeline}</h2>
          <ol className="timeline">
            {tracked.timeline.map(({ at, status }) => (
              <li key={at + status}>
                {words.statuses[status]}
                <time dateTime={at} dir="ltr">{formatInstant(at)}</time>
              </li>
            ))}
          </ol>
        </section>
        {readings.length > 0 && (
          <details className="card">
            <summary>{t.readings(readings.length)}</summary>
            <ol className="timeline">
              {readings.map(({ at, by, what, reason }) => (
                <li key={at + by + what}>
                  {t.readers[by]} · {t.sightings[what]}
                  <time dateTime={at} dir="ltr">{formatInstant(at)}</time>
                  {reason !== null && <span className="reason" dir="auto">{withMarksShown(reason)}</span>}
                </li>
              ))}
            </ol>
          </details>
        )}
        <ReceiptProof language={language} proof={tracked.proof} />
      </div>
    </Layout>
  );
}

/** Each text is isolated and finds its own direction, so that marks in it can disturb nothing around it. */
function Messages({ language, messages }: { language: Language; messages: Tracked['messages'] }) {
  const t = texts[language].pages.tracked;
  return (
    <section>
      <h2>{t.messages}</h2>
      {messages.length === 0 && <p>{t.noMessages}</p>}
      <ol className="messages">
        {messages.map(({ at, from, text }) => (
          <li key={at + from} className={from}>
            <p className="from">
              <strong>{from === 'citizen' ? t.fromCitizen : t.fromInsat}</strong> <time dateTime={at} dir="ltr">{formatInstant(at)}</time>
            </p>
            <div className="said" dir="auto">{withMarksShown(withFilesNamed(text, t.fileKinds))}</div>
          </li>
        ))}
      </ol>
    </section>
  );
}
