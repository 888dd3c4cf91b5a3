import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { May } from '../../ui/May.tsx';

/** User name and password, typed once for all chosen devices; they are tried on those and on no others. */
export function OnvifSignInForm({
  chosen,
  isBusy,
  onSignIn,
}: {
  chosen: number;
  isBusy: boolean;
  /** Whether one of them took it. */
  onSignIn(account: { username: string; password: string }): Promise<boolean>;
}) {
  const { t } = useTranslation();
  const [username, setUsername] = useState('admin');
  const [password, setPassword] = useState('');
  const isWhole = chosen > 0 && username.trim() !== '';
  return (
    <form
      className="desk-row onvif-form"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole || isBusy) return;
        void onSignIn({ username: username.trim(), password }).then((isReady) => {
          if (isReady) setPassword('');
        });
      }}
    >
      <TextInput
        label={t('onvif.username')}
        value={username}
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        className="onvif-password-field"
        size="xs"
        label={t('onvif.password')}
        value={password}
        maxLength={128}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('onvif.showPassword') }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <May asks="onvif:signIn">
        <Button type="submit" variant="filled" disabled={!isWhole} aria-disabled={isBusy} data-onvif-sign-in>
          {isBusy ? t('onvif.signingIn') : t('onvif.signIn', { count: chosen })}
        </Button>
      </May>
    </form>
  );
}
