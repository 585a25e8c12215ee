import type { ErrorCode } from '#lib/errors';
import { texts } from '#texts/index';
import { ErrorSummary, type FormState, Input } from './field.tsx';
import { Layout, PhoneLink } from './layout.tsx';
import { pathOf } from './paths.ts';

/** Where a citizen types reference and code. The code is never shown again, not even to who has just typed it. */
export function TrackPage({ form, refusal }: { form: FormState; refusal?: ErrorCode }) {
  const { language } = form;
  const { track: t, error } = texts[language].pages;
  const failed = refusal !== undefined || form.problems.length > 0;
  return (
    <Layout language={language} page="/track" title={failed ? `${error.prefix}: ${t.title}` : t.title}>
      <div className="narrow">
        <h1>{t.title}</h1>
        <p className="lead">{t.intro}</p>
        <ErrorSummary
          form={form}
          labels={{ reference: t.reference, code: t.code }}
          sentence={refusal && texts[language].errors[refusal]}
        />
        <form className="card" method="post" action={pathOf(language, '/track')} noValidate>
          <Input form={form} name="reference" label={t.reference} hint={t.referenceHint} dir="ltr" inputMode="numeric" />
          <Input form={form} name="code" label={t.code} hint={t.codeHint} dir="ltr" inputMode="numeric" secret />
          <button className="button big" type="submit">{t.submit}</button>
        </form>
        <p>
          {t.lost} <PhoneLink />
        </p>
      </div>
    </Layout>
  );
}
