import { Checkbox, Group, NativeSelect } from '@mantine/core';
import { referralFields, type ReferralField } from '#contract/referrals';
import { useLanguage, useTexts } from '#console/language';
import { useOrganisations } from '#console/queries';

/** Which outside body gets the case, and what it may read of it: nothing unless ticked. */
export function ReferTo({ body, setBody, fields, setFields }: {
  body: string;
  setBody: (id: string) => void;
  fields: ReferralField[];
  setFields: (fields: ReferralField[]) => void;
}) {
  const texts = useTexts();
  const language = useLanguage();
  const organisations = useOrganisations();
  return (
    <>
      <NativeSelect label={texts.refer.to} required withAsterisk={false} value={body} onChange={(event) => setBody(event.currentTarget.value)}
        data={[{ value: '', label: texts.act.choose }, ...(organisations.data ?? []).map(({ id, names }) => ({ value: id, label: names[language] ?? id }))]} />
      <Checkbox.Group label={texts.refer.fields} description={texts.refer.fieldsHow} value={fields}
        onChange={(chosen) => setFields(referralFields.filter((field) => chosen.includes(field)))}>
        <Group mt="xs">{referralFields.map((field) => <Checkbox key={field} className="target" value={field} label={texts.refer.field[field]} />)}</Group>
      </Checkbox.Group>
    </>
  );
}
