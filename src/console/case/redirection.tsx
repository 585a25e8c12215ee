import { NativeSelect } from '@mantine/core';
import { nameIn } from '#console/names';
import { useLanguage, useTexts } from '#console/language';
import { useCategories, useDestinations } from '#console/queries';

/** Where a case goes instead, and the category that it should have had, if that was the mistake. */
export function Redirection({ queue, setQueue, category, setCategory }: {
  queue: string;
  setQueue: (queue: string) => void;
  category: string;
  setCategory: (category: string) => void;
}) {
  const texts = useTexts();
  const language = useLanguage();
  const centres = Map.groupBy(useDestinations().data ?? [], ({ centre }) => centre);
  const categories = useCategories().data ?? [];
  return (
    <>
      <NativeSelect label={texts.act.queue} required withAsterisk={false} value={queue}
        onChange={(event) => setQueue(event.currentTarget.value)}
        data={[
          { value: '', label: texts.act.choose },
          ...[...centres].map(([centre, queues]) => ({
            group: queues[0]?.centreNames[language] ?? centre,
            // Queues of different centres bear the same name, and a chosen one is shown without its group.
            items: queues.map(({ id, names, centreNames }) => ({ value: id, label: `${names[language] ?? id} · ${centreNames[language] ?? centre}` })),
          })),
        ]} />
      <NativeSelect label={texts.act.category} value={category} onChange={(event) => setCategory(event.currentTarget.value)}
        data={[
          { value: '', label: texts.act.sameCategory },
          ...categories.map(({ code, names, subcategories }) => ({
            group: names[language] ?? code,
            items: subcategories.map((one) => ({ value: one.code, label: nameIn(subcategories, one.code, language) })),
          })),
        ]} />
    </>
  );
}
