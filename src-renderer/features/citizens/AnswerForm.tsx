import { Button, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { maxAnswerText } from '../../../src-shared/citizens/reportForm.ts';
import { May } from '../../ui/May.tsx';

const presets = ['checked', 'nothing', 'going', 'more'] as const;

/** Writes the answer that the senders of one or several reports read. */
export function AnswerForm({
  count,
  enabled,
  onSend,
}: {
  /** Reports that it answers. */
  count: number;
  enabled: boolean;
  onSend(text: string): Promise<boolean>;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [isSending, setIsSending] = useState(false);
  const words = text.trim();
  return (
    <May asks="citizens:answer" note>
      <form
        className="citizen-answer-form"
        onSubmit={(event) => {
          event.preventDefault();
          setIsSending(true);
          void onSend(words).then((isAnswered) => {
            setIsSending(false);
            if (isAnswered) setText('');
          });
        }}
      >
        <Select
          aria-label={t('citizens.preset')}
          placeholder={t('citizens.choose')}
          value={null}
          data={presets.map((name) => ({ value: name, label: t(`citizens.presets.${name}`) }))}
          onChange={(value) => {
            const chosen = presets.find((name) => name === value);
            if (chosen !== undefined) setText(t(`citizens.presets.${chosen}`));
          }}
        />
        <Textarea
          label={t('citizens.answer')}
          description={t('citizens.answerHint')}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={maxAnswerText}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" disabled={!enabled || isSending || words === ''}>
          {count === 1 ? t('citizens.send') : t('citizens.sendAll', { count })}
        </Button>
      </form>
    </May>
  );
}
