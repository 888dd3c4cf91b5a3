import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceIdSchema, recorderPasswordSchema } from '../../../src-shared/recorders/recorders.protocol.ts';
import { May } from '../../ui/May.tsx';

export interface RecorderFormProps {
  /** Undefined: a new recorder. */
  known?: {
    recorderId: string;
    name: string;
    setsClock: boolean;
    asksSha256: boolean;
    alertsOnMotion: boolean;
  };
  /** The id of a device that waits, which is filled in. */
  waitingId?: string | undefined;
  isBusy: boolean;
  onSave(recorder: {
    recorderId: string;
    name: string;
    password: string | undefined;
    setsClock: boolean;
    asksSha256: boolean;
    alertsOnMotion: boolean;
  }): Promise<boolean>;
  onNewPassword?(): void;
  onCancel?(): void;
}

/** Id, name and password of a recorder. */
export function RecorderForm({
  known,
  waitingId,
  isBusy,
  onSave,
  onNewPassword,
  onCancel,
}: RecorderFormProps) {
  const { t } = useTranslation();
  const [recorderId, setRecorderId] = useState(known?.recorderId ?? waitingId ?? '');
  const [name, setName] = useState(known?.name ?? '');
  const [password, setPassword] = useState('');
  const [setsClock, setSetsClock] = useState(known?.setsClock ?? true);
  const [asksSha256, setAsksSha256] = useState(known?.asksSha256 ?? false);
  const [alertsOnMotion, setAlertsOnMotion] = useState(known?.alertsOnMotion ?? false);
  const isIdRight = deviceIdSchema.safeParse(recorderId).success;
  const isPasswordRight = password === '' || recorderPasswordSchema.safeParse(password).success;
  const isWhole = isIdRight && name.trim() !== '' && isPasswordRight;
  const asks = known === undefined ? 'recorders:add' : 'recorders:change';
  return (
    <form
      className="desk-row recorder-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole || isBusy) return;
        const wanted = password === '' ? undefined : password;
        const set = { setsClock, asksSha256, alertsOnMotion };
        const recorder = { recorderId, name: name.trim(), password: wanted, ...set };
        void onSave(recorder).then((isSaved) => {
          if (!isSaved || known !== undefined) return;
          setRecorderId('');
          setName('');
          setPassword('');
        });
      }}
    >
      <TextInput
        className="recorder-id-field"
        label={t('recorders.id')}
        value={recorderId}
        maxLength={20}
        readOnly={known !== undefined}
        inputMode="numeric"
        autoComplete="off"
        error={recorderId.length === 20 && !isIdRight ? t('recorders.idForm') : undefined}
        onChange={(event) => setRecorderId(event.currentTarget.value.trim())}
      />
      <TextInput
        label={t('recorders.name')}
        value={name}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        className="recorder-password-field"
        label={t('recorders.password')}
        placeholder={known === undefined ? t('recorders.passwordMade') : t('recorders.passwordKept')}
        value={password}
        maxLength={32}
        autoComplete="off"
        error={isPasswordRight ? undefined : t('recorders.passwordForm')}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {known !== undefined && (
        <Checkbox
          label={t('recorders.setsClock')}
          description={t('recorders.setsClockText')}
          checked={setsClock}
          onChange={(event) => setSetsClock(event.currentTarget.checked)}
        />
      )}
      {known !== undefined && (
        <Checkbox
          label={t('recorders.asksSha256')}
          description={t('recorders.asksSha256Text')}
          checked={asksSha256}
          onChange={(event) => setAsksSha256(event.currentTarget.checked)}
        />
      )}
      {known !== undefined && (
        <Checkbox
          label={t('recorders.alertsOnMotion')}
          description={t('recorders.alertsOnMotionText')}
          checked={alertsOnMotion}
          onChange={(event) => setAlertsOnMotion(event.currentTarget.checked)}
        />
      )}
      <May asks={asks}>
        <Button type="submit" variant="filled" disabled={!isWhole} aria-disabled={isBusy}>
          {known === undefined ? t('recorders.add') : t('recorders.save')}
        </Button>
      </May>
      {onNewPassword !== undefined && (
        <May asks="recorders:change">
          <Button onClick={onNewPassword}>{t('recorders.newPassword')}</Button>
        </May>
      )}
      {onCancel !== undefined && <Button onClick={onCancel}>{t('dialog.cancel')}</Button>}
    </form>
  );
}
