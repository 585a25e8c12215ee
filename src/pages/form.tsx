import type { ReactNode } from 'react';
import type { Challenge } from '#contract/challenge';
import { kinds } from '#contract/words';
import type { ErrorCode } from '#lib/errors';
import { texts } from '#texts/index';
import { Checkbox, ErrorSummary, Files, type FormState, Input, Radios, Select, TextArea, type Values } from './field.tsx';
import { Layout } from './layout.tsx';
import { Solving } from './challenge.tsx';
import { categoryChoices, provinceChoices } from './lists.ts';
import { pathOf } from './paths.ts';

type FilingView = { form: FormState; uploads: readonly string[]; idempotencyKey: string; refusal?: ErrorCode; challenge?: Challenge };

/** The form in which a citizen files. `refusal` is what went wrong with the whole of it; nothing typed is ever lost. */
export function FilingPage({ form, uploads, idempotencyKey, refusal, challenge }: FilingView) {
  const { language } = form;
  const { form: t, error, layout } = texts[language].pages;
  const failed = refusal !== undefined || form.problems.length > 0;
  const labels: Values = {
    kind: t.kind,
    text: t.text,
    files: t.files,
    category: t.category,
    'territory.province': t.province,
    'territory.commune': t.commune,
    'contact.name': t.name,
    'contact.phone': t.phone,
    'contact.email': t.email,
    anonymous: t.anonymous,
    'onBehalfOf.name': t.behalfName,
    'onBehalfOf.relationship': t.behalfRelationship,
  };
  const behalf = ['onBehalfOf.name', 'onBehalfOf.relationship'];
  const behalfOpen = behalf.some((name) => form.values[name]) || form.problems.some(({ path }) => behalf.includes(path));
  return (
    <Layout language={language} page="/file" title={failed ? `${error.prefix}: ${t.title}` : t.title}>
      <div className="narrow">
        <h1>{t.title}</h1>
        <p className="lead">{t.intro}</p>
        <ErrorSummary form={form} labels={labels} sentence={refusal && texts[language].errors[refusal]} />
        <form method="post" action={pathOf(language, '/file')} encType="multipart/form-data" noValidate data-challenge={challenge && JSON.stringify(challenge)}>
          <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
          {challenge && <Solving language={language} />}
          <Step number={1} title={t.stepMessage}>
            <Radios
              form={form}
              name="kind"
              label={t.kind}
              className="choices pairs"
              choices={kinds.map((kind) => ({ value: kind, label: texts[language].words.kinds[kind], hint: t.kindHints[kind] }))}
            />
            <TextArea form={form} name="text" label={t.text} hint={t.textHint} rows={8} />
            <Files form={form} uploads={uploads} />
          </Step>
          <Step number={2} title={t.stepPlace}>
            <Select form={form} name="category" label={t.category} optional choices={categoryChoices(language)} none={t.chooseCategory} />
            <Select form={form} name="territory.province" label={t.province} optional choices={provinceChoices(language)} none={t.chooseProvince} />
            <Input form={form} name="territory.commune" label={t.commune} optional />
          </Step>
          <Step number={3} title={t.stepYou}>
            <Input form={form} name="contact.name" label={t.name} optional autoComplete="name" />
            <Input form={form} name="contact.phone" label={t.phone} hint={t.phoneHint} optional type="tel" dir="ltr" autoComplete="tel" />
            <Input form={form} name="contact.email" label={t.email} optional type="email" dir="ltr" autoComplete="email" />
            <Checkbox form={form} name="anonymous" label={t.anonymous} hint={t.anonymousHint} />
            <details open={behalfOpen}>
              <summary>{t.behalf}</summary>
              <Input form={form} name="onBehalfOf.name" label={t.behalfName} />
              <Input form={form} name="onBehalfOf.relationship" label={t.behalfRelationship} hint={t.behalfRelationshipHint} />
            </details>
          </Step>
          <Step number={4} title={t.stepConsent}>
            <p>{t.consentText}</p>
            <Checkbox form={form} name="consent" label={t.consent} />
            <p className="safe">{layout.bank}</p>
          </Step>
          <button className="button big" type="submit">{t.submit}</button>
        </form>
      </div>
    </Layout>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <section className="card">
      <h2>
        <span className="step" aria-hidden="true">{number}</span> {title}
      </h2>
      {children}
    </section>
  );
}
