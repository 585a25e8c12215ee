import type { HTMLInputAutoCompleteAttribute, ReactNode } from 'react';
import type { Language } from '#contract/words';
import type { FieldError } from '#lib/errors';
import { texts } from '#texts/index';
import { sentenceFor } from './problems.ts';

/** What was typed, by field, to be shown again. */
export type Values = Readonly<Record<string, string | undefined>>;

/** A form as it is shown again: its language, what was typed and what is wrong. */
export type FormState = { language: Language; values: Values; problems: readonly FieldError[] };

const problemOf = (form: FormState, name: string): string | undefined => {
  const found = form.problems.find((problem) => problem.path === name);
  return found && sentenceFor(form.language, found.code);
};

/** `id` is the name unless another field of the page bears it. */
type Labelled = { form: FormState; name: string; id?: string; label: string; hint?: string; optional?: boolean };

/** Label, hint and error above a control, which is given the attributes that tie it to them. */
function Labelled({ form, name, id = name, label, hint, optional, control }: Labelled & { control: (tied: Tied) => ReactNode }) {
  const problem = problemOf(form, name);
  const described = [hint && `${id}-hint`, problem && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={problem ? 'field wrong' : 'field'}>
      <label htmlFor={id}>
        {label} {optional && <small>({texts[form.language].pages.form.optional})</small>}
      </label>
      {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p className="problem" id={`${id}-error`}>{problem}</p>}
      {control({ id, name, 'aria-describedby': described || undefined, 'aria-invalid': problem ? true : undefined })}
    </div>
  );
}
type Tied = { id: string; name: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

type InputLook = {
  type?: 'text' | 'tel' | 'email';
  /** Numbers and addresses are written from left to right in every language. */
  dir?: 'ltr' | 'auto';
  inputMode?: 'numeric' | 'tel' | 'email';
  autoComplete?: HTMLInputAutoCompleteAttribute;
  secret?: boolean;
};

export function Input({ type = 'text', dir = 'auto', inputMode, autoComplete = 'off', secret, ...field }: Labelled & InputLook) {
  return (
    <Labelled
      {...field}
      control={(tied) => (
        <input
          {...tied}
          type={type}
          dir={dir}
          inputMode={inputMode}
          autoComplete={autoComplete}
          defaultValue={secret ? undefined : field.form.values[field.name]}
        />
      )}
    />
  );
}

/** Several lines. React keeps the first line break of what was typed, which HTML would swallow. */
export function TextArea({ rows, ...field }: Labelled & { rows: number }) {
  return (
    <Labelled
      {...field}
      control={(tied) => <textarea {...tied} rows={rows} dir="auto" defaultValue={field.form.values[field.name]} />}
    />
  );
}

type Choice = { value: string; label: string };
/** Choices under headings; `lang` is the language that they are written in, which may not be the page's. */
export type Choices = { lang: Language; groups: readonly { label: string; choices: readonly Choice[] }[] };

export function Select({ choices, none, ...field }: Labelled & { choices: Choices; none: string }) {
  return (
    <Labelled
      {...field}
      control={(tied) => (
        <select {...tied} defaultValue={field.form.values[field.name] ?? ''}>
          <option value="">{none}</option>
          {choices.groups.map((group) => (
            <optgroup key={group.label} label={group.label} lang={choices.lang}>
              {group.choices.map((choice) => (
                <option key={choice.value} value={choice.value}>{choice.label}</option>
              ))}
            </optgroup>
          ))}
        </select>
      )}
    />
  );
}

/** One of several: each choice is a large target. The first carries the field's name as id, for links to the error. */
export function Radios({ form, name, label, choices, className }: Labelled & { choices: readonly (Choice & { hint?: string })[]; className?: string }) {
  const problem = problemOf(form, name);
  return (
    <fieldset className={problem ? 'field wrong' : 'field'} aria-describedby={problem ? `${name}-error` : undefined}>
      <legend>{label}</legend>
      {problem && <p className="problem" id={`${name}-error`}>{problem}</p>}
      <div className={className ?? 'choices'}>
        {choices.map(({ value, label: text, hint }, index) => (
          <label key={value} className="choice">
            <input type="radio" name={name} value={value} id={index === 0 ? name : undefined} defaultChecked={form.values[name] === value} />
            <span>
              {text}
              {hint && <small>{hint}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Checkbox({ form, name, label, hint }: Labelled) {
  const problem = problemOf(form, name);
  const described = [hint && `${name}-hint`, problem && `${name}-error`].filter(Boolean).join(' ');
  return (
    <div className={problem ? 'field wrong' : 'field'}>
      {problem && <p className="problem" id={`${name}-error`}>{problem}</p>}
      <label className="choice">
        <input
          type="checkbox"
          name={name}
          id={name}
          value="true"
          defaultChecked={form.values[name] !== undefined}
          aria-describedby={described || undefined}
          aria-invalid={problem ? true : undefined}
        />
        <span>
          {label}
          {hint && <small id={`${name}-hint`}>{hint}</small>}
        </span>
      </label>
    </div>
  );
}

const fileTypes = 'image/jpeg,image/png,image/webp,application/pdf,audio/ogg,audio/mp4,audio/mpeg,.ogg,.m4a,.mp3';

/**
 * Files to send along. A browser cannot be given back those it has sent, so they are kept under their handles, each to be
 * left out again. HEIC is not asked for: phones that photograph in it send JPEG then.
 */
export function Files({ form, uploads }: { form: FormState; uploads: readonly string[] }) {
  const { form: t } = texts[form.language].pages;
  return (
    <>
      {uploads.length > 0 && (
        <div className="field choices">
          {uploads.map((uploadId, index) => (
            <label key={uploadId} className="choice">
              <input type="checkbox" name="uploads" value={uploadId} defaultChecked />
              <span>{t.kept(index + 1)}</span>
            </label>
          ))}
        </div>
      )}
      <Labelled form={form} name="files" label={t.files} hint={t.filesHint} optional control={(tied) => <input {...tied} type="file" multiple accept={fileTypes} />} />
    </>
  );
}

/** All that is wrong, at the top and in focus, each a link to its field. `sentence` is what concerns the whole form. */
export function ErrorSummary({ form, labels, sentence }: { form: FormState; labels: Values; sentence?: string | undefined }) {
  if (form.problems.length === 0 && sentence === undefined) return null;
  return (
    <div className="summary" role="alert" tabIndex={-1} autoFocus>
      <h2>{texts[form.language].pages.error.summary}</h2>
      {sentence !== undefined && <p>{sentence}</p>}
      {form.problems.length > 0 && (
        <ul>
          {form.problems.map(({ path, code }) => (
            <li key={path}>
              <a href={`#${path}`}>
                {labels[path] ?? ''} {labels[path] && '·'} {sentenceFor(form.language, code)}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
