import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalText, type RefusalWords } from '../../ui/refusalText.ts';
import { May } from '../../ui/May.tsx';

/** The refusal of a permission; undefined when the hub accepted it. */
export type AllowClearPasswordAction = (cameraId: string) => Promise<RefusalWords | undefined>;

/** Lets a person allow that a camera gets its password in plain text, and explains what that means. */
export function AllowClearPassword({
  cameraId,
  onAllow,
}: {
  cameraId: string;
  onAllow: AllowClearPasswordAction;
}) {
  const { t } = useTranslation();
  const [state, setState] = useState<'open' | 'asking' | 'done' | RefusalWords>('open');
  const ask = async (): Promise<void> => {
    setState('asking');
    setState((await onAllow(cameraId)) ?? 'done');
  };
  if (state === 'done') return <p role="status">{t('health.clearPassword.done')}</p>;
  return (
    <>
      <p className="trouble-advice">{t('health.clearPassword.text')}</p>
      {typeof state === 'object' && (
        <p className="desk-not-normal" role="alert">
          {refusalText(state, t)}
        </p>
      )}
      <May asks="cameras:allowClearPassword">
        <Button size="compact-sm" disabled={state === 'asking'} onClick={() => void ask()}>
          {t('health.clearPassword.allow')}
        </Button>
      </May>
    </>
  );
}
