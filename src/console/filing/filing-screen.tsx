import { Alert, Button, Checkbox, NativeSelect, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Receipt, type Filing } from '#contract/filing';
import { Kind, kinds, Language, languages } from '#contract/words';
import { postFor } from '#console/api';
import { dropDrafts } from '#console/drafts';
import { useLanguage, useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { useDraft } from '#console/use-draft';
import { texts as citizenTexts } from '#texts/index';
import { AboutPerson, type Told } from './about-person.tsx';
import { GivenReceipt } from './given-receipt.tsx';

/** What is begun here belongs to no case yet. */
const unfiled = { id: 'unfiled', version: 1 };
const nothing: Told = { name: '', relationship: '', phone: '', email: '', category: '', province: '', commune: '' };

/** A partner files for somebody whom it accompanies, who heard what is done with their data and agreed. */
export function FilingScreen() {
  const file = useMutation({
    mutationFn: (body: Filing) => postFor('/staff/cases', Receipt, { ...body, channel: 'partner' }),
    gcTime: 0,
    onSuccess: () => dropDrafts(unfiled.id, ['narrative']),
  });
  return file.data ? <GivenReceipt receipt={file.data} another={() => file.reset()} /> : <FilingForm file={(body) => file.mutate(body)} busy={file.isPending} error={file.error} />;
}

function FilingForm({ file, busy, error }: { file: (body: Filing) => void; busy: boolean; error: Error | null }) {
  const texts = useTexts();
  const { filing: words } = texts;
  const spoken = useLanguage();
  const [kind, setKind] = useState<Kind>('complaint');
  const [text, setText] = useDraft(unfiled, 'narrative');
  const [told, setTold] = useState(nothing);
  const [language, setLanguage] = useState<Language>(spoken);
  const [agreed, setAgreed] = useState(false);
  const ready = agreed && [text, told.name, told.relationship].every((value) => value.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    file({ kind, text, language, ...sayingOf(told), consent: true });
  };
  return (
    <Paper withBorder p="md" className="how">
      <Title order={1} size="h3" mb="xs">{words.heading}</Title>
      <Text size="sm" mb="md">{words.how}</Text>
      <Stack component="form" gap="sm" onSubmit={submit}>
        <AboutPerson told={told} setTold={setTold} />
        <NativeSelect label={words.kind} value={kind} onChange={(event) => setKind(Kind.parse(event.currentTarget.value))} data={kinds.map((value) => ({ value, label: texts.kinds[value] }))} />
        <Textarea label={words.text} autosize minRows={5} maxRows={20} maxLength={10_000} required withAsterisk={false} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <NativeSelect label={words.language} value={language} data={languages.map((value) => ({ value, label: texts.languages[value] }))}
          onChange={(event) => { setLanguage(Language.parse(event.currentTarget.value)); setAgreed(false); }} />
        <Text size="sm">{words.consentHow}</Text>
        <Text className="words" lang={language} dir={language === 'ar' ? 'rtl' : 'ltr'}>{citizenTexts[language].pages.form.consentText}</Text>
        <Checkbox className="target" label={words.consent} checked={agreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />
        {error && <Alert color="orange" p="xs" role="alert">{problemText(error, texts)}</Alert>}
        <Button type="submit" className="submit" loading={busy} disabled={!ready}>{words.submit}</Button>
      </Stack>
    </Paper>
  );
}

/** What was typed, as the API takes it: what was left empty is not there. */
const sayingOf = ({ name, relationship, phone, email, category, province, commune }: Told): Pick<Filing, 'onBehalfOf' | 'contact' | 'category' | 'territory'> => ({
  onBehalfOf: { name, relationship },
  ...((phone.trim() || email.trim()) && { contact: { ...(phone.trim() && { phone: phone.trim() }), ...(email.trim() && { email: email.trim() }) } }),
  ...(category && { category }),
  ...((province || commune.trim()) && { territory: { ...(province && { province }), ...(commune.trim() && { commune: commune.trim() }) } }),
});
