import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { Upload } from '#contract/filing';
import { postFor } from '#console/api';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import type { Call } from './call.ts';

const most = 5;

async function send(file: File): Promise<Call['files'][number]> {
  const form = new FormData();
  form.append('file', file);
  return { id: (await postFor('/uploads', Upload, form)).uploadId, name: file.name };
}

/** Photos and papers that were brought to the counter. Each is sent as it is chosen. */
export function BroughtFiles({ files, change }: { files: Call['files']; change: (files: Call['files']) => void }) {
  const texts = useTexts();
  const { taking: words } = texts;
  const id = useId();
  const upload = useMutation({ mutationFn: send, gcTime: 0, onSuccess: (file) => change([...files, file]) });
  return (
    <div>
      <Text component="label" htmlFor={id} size="sm" fw={500} display="block">{words.files}</Text>
      <Text size="xs" id={`${id}-how`}>{words.filesHow}</Text>
      <input type="file" id={id} aria-describedby={`${id}-how`} className="target" accept="image/jpeg,image/png,image/webp,application/pdf,audio/*" disabled={files.length >= most || upload.isPending}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = '';
          if (file) upload.mutate(file);
        }} />
      <Text role="status" size="sm">{upload.isPending && words.sending}</Text>
      {upload.error && <Alert color="orange" p="xs" role="alert">{problemText(upload.error, texts)}</Alert>}
      {files.map((one) => (
        <Group key={one.id} gap="sm">
          <Text size="sm"><bdi>{one.name}</bdi></Text>
          <Button variant="subtle" size="xs" aria-label={words.drop(one.name)} onClick={() => change(files.filter(({ id: other }) => other !== one.id))}>×</Button>
        </Group>
      ))}
    </div>
  );
}
