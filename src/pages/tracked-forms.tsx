import type { ReactNode } from 'react';
import type { ErrorCode } from '#lib/errors';
import { texts } from '#texts/index';
import { Files, type FormState, Radios, TextArea } from './field.tsx';
import { offersFor } from './offers.ts';
import { pathOf } from './paths.ts';
import type { TrackedView } from './tracked.tsx';
import type { Action } from './tracking-form.ts';

/** What a citizen tried and was refused, shown again in its own form. */
export type Attempt = { action: Action; refusal: ErrorCode; uploads: readonly string[] } & Pick<FormState, 'values' | 'problems'>;

const ratings = [5, 4, 3, 2, 1] as const;

/** The forms by which a citizen acts on the case, only those that its state allows. */
export function TrackedForms({ language, tracked, code, left, done, attempt }: TrackedView) {
  const t = texts[language].pages.tracked;
  const offers = offersFor(tracked, left < 0);
  const stateOf = (action: Action): FormState =>
    attempt?.action === action
      ? { language, values: attempt.values, problems: attempt.problems }
      : { language, values: {}, problems: [] };
  const form = (action: Action, label: string, children?: ReactNode) => (
    <form method="post" action={pathOf(language, '/track')} encType={action === 'message' ? 'multipart/form-data' : undefined} noValidate>
      <input type="hidden" name="reference" value={tracked.reference} />
      <input type="hidden" name="code" value={code} />
      {children}
      <button className={action === 'withdraw' ? 'button quiet' : 'button'} name="action" value={action} type="submit">
        {label}
      </button>
    </form>
  );
  const reason = (action: Action) => (
    <TextArea form={stateOf(action)} name="reason" id={`${action}-reason`} label={t.reason} optional rows={3} />
  );
  return (
    <>
      {offers.feedback && done !== 'feedback' && (
        <section className="card">
          <h2>{t.rate}</h2>
          {form(
            'feedback',
            t.rateSend,
            <>
              <Radios
                form={stateOf('feedback')}
                name="rating"
                label={t.rating}
                choices={ratings.map((rating) => ({ value: String(rating), label: `${rating} · ${t.ratings[rating]}` }))}
              />
              <Radios
                form={stateOf('feedback')}
                name="solved"
                label={t.solved}
                className="choices pairs"
                choices={[
                  { value: 'yes', label: t.yes },
                  { value: 'no', label: t.no },
                ]}
              />
              <TextArea form={stateOf('feedback')} name="comment" label={t.comment} optional rows={3} />
            </>,
          )}
        </section>
      )}
      {offers.message && (
        <section className="card">
          <h2>{t.add}</h2>
          {form(
            'message',
            t.send,
            <>
              <TextArea form={stateOf('message')} name="text" label={t.addLabel} hint={t.addHint} rows={5} />
              <Files form={stateOf('message')} uploads={attempt?.action === 'message' ? attempt.uploads : []} />
            </>,
          )}
        </section>
      )}
      {offers.reopen && (
        <Folded title={t.reopen} text={t.reopenText} open={attempt?.action === 'reopen'}>
          {form('reopen', t.reopenSend, reason('reopen'))}
        </Folded>
      )}
      {offers.appeal && (
        <Folded title={t.appeal} text={t.appealText} open={attempt?.action === 'appeal'}>
          {form('appeal', t.appealSend, reason('appeal'))}
        </Folded>
      )}
      {offers.withdraw && (
        <Folded title={t.withdraw} text={t.withdrawText} open={attempt?.action === 'withdraw'}>
          {form('withdraw', t.withdrawSend)}
        </Folded>
      )}
    </>
  );
}

/** What few need stays folded, so that the next thing to do stands out. */
function Folded({ title, text, open, children }: { title: string; text: string; open: boolean; children: ReactNode }) {
  return (
    <details className="card" open={open}>
      <summary>{title}</summary>
      <p>{text}</p>
      {children}
    </details>
  );
}
