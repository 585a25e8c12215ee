import { Alert, Button, FileButton, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useRef } from 'react';
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
  const chooser = useRef<HTMLButtonElement>(null);
  const reset = useRef<() => void>(null);
  const upload = useMutation({ mutationFn: send, gcTime: 0, onSuccess: (file) => change([...files, file]) });
  const closed = files.length >= most || upload.isPending;
  const chosen = (file: File | null) => {
    // The same file may be chosen again, once it was dropped.
    reset.current?.();
    if (file) upload.mutate(file);
  };
  const drop = (dropped: string) => {
    change(files.filter((one) => one.id !== dropped));
    chooser.current?.focus();
  };
  return (
    <div role="group" aria-labelledby={id} aria-describedby={`${id}-how`}>
      <Text size="sm" fw={500} id={id}>{words.files}</Text>
      <Text size="xs" id={`${id}-how`}>{words.filesHow}</Text>
      {/* The browser's own button speaks the browser's language. Closed, and not disabled: whoever pressed it keeps their place on the page. */}
      <FileButton onChange={chosen} resetRef={reset} accept="image/jpeg,image/png,image/webp,application/pdf,audio/*">
        {({ onClick }) => <Button ref={chooser} variant="default" mt="xs" aria-disabled={closed} {...(closed && { 'data-disabled': true })} onClick={() => { if (!closed) onClick(); }}>{words.choose}</Button>}
      </FileButton>
      <Text role="status" size="sm">{upload.isPending && words.sending}</Text>
      {upload.error && <Alert color="orange" p="xs" role="alert">{problemText(upload.error, texts)}</Alert>}
      {files.map((one) => (
        <Group key={one.id} gap="sm">
          <Text size="sm"><bdi>{one.name}</bdi></Text>
          <Button variant="subtle" size="xs" aria-label={words.drop(one.name)} onClick={() => drop(one.id)}>×</Button>
        </Group>
      ))}
    </div>
  );
}
