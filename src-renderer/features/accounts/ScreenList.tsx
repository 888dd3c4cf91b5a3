import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { AccountsAdmin } from './accountsAdmin.ts';
import { Problem } from './Problem.tsx';

/** Walls and showcases: a code that a screen shows is confirmed here, and a screen that was paired is let go. */
export function ScreenList({ admin, times }: { admin: AccountsAdmin; times: TimeFormat }) {
  const { t } = useTranslation();
  const { answer, problem, isBusy } = useStore(admin.store);
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [paired, setPaired] = useState<string>();
  const [isAsked, setAsked] = useState(false);
  const isWhole = code.trim() !== '' && name.trim() !== '';
  return (
    <section aria-label={t('accounts.screens')}>
      <h2>{t('accounts.screens')}</h2>
      <p className="sign-in-quiet">{t('accounts.pairText')}</p>
      <May asks="POST /api/v1/pairings/confirm" note>
        <form
          className="accounts-pair"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isWhole || isBusy) return;
            setPaired(undefined);
            void admin.confirmPairing(code, name).then((isDone) => {
              if (!isDone) return;
              setPaired(name);
              setCode('');
              setName('');
            });
          }}
        >
          <TextInput
            label={t('accounts.pairCode')}
            value={code}
            maxLength={20}
            autoComplete="off"
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <TextInput
            label={t('accounts.screenName')}
            value={name}
            maxLength={40}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" disabled={!isWhole} aria-disabled={isBusy}>
            {t('accounts.pair')}
          </Button>
        </form>
      </May>
      <p role="status">{paired === undefined ? '' : t('accounts.paired', { name: paired })}</p>
      <p className="sign-in-quiet">{t('accounts.askCodesText')}</p>
      <May asks="POST /api/v1/pairings/ask" note>
        <Button
          variant="default"
          aria-disabled={isBusy}
          onClick={() => {
            if (isBusy) return;
            setAsked(false);
            void admin.askForCodes().then(setAsked);
          }}
        >
          {t('accounts.askCodes')}
        </Button>
      </May>
      <p role="status">{isAsked ? t('accounts.codesAsked') : ''}</p>
      <Problem refusal={problem} />
      {answer !== undefined && (
        <table className="accounts-table">
          <thead>
            <tr>
              <th>{t('accounts.screenName')}</th>
              <th>{t('accounts.screenId')}</th>
              <th>{t('accounts.address')}</th>
              <th>{t('accounts.lastUse')}</th>
              <th>{t('accounts.pairedBy')}</th>
              <th>
                <span className="visually-hidden">{t('accounts.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {answer.screens.map((screen) => (
              <tr key={screen.pairingId} data-screen={screen.name}>
                <th scope="row">{screen.name}</th>
                <td>
                  {t(screen.surface === 'wall' ? 'accounts.wall' : 'accounts.showcase')} {screen.screenId}
                </td>
                <td>{screen.address}</td>
                <td>
                  {times.timeOfDay(screen.lastUsedAtMs)}
                  {screen.endsInDays !== undefined && (
                    <strong className="accounts-soon" data-ends-soon>
                      {t('accounts.endsUnused', { count: screen.endsInDays })}
                    </strong>
                  )}
                </td>
                <td>
                  {screen.pairedBy} · {times.timeOfDay(screen.pairedAtMs)}
                </td>
                <td className="accounts-actions">
                  <RemoveKey
                    asks="DELETE /api/v1/screens/:id"
                    label={t('accounts.unpairOf', { name: screen.name })}
                    confirm={t('accounts.unpairNow')}
                    isBusy={isBusy}
                    onRemove={() => void admin.revokeScreen(screen.pairingId)}
                  >
                    {t('accounts.unpair')}
                  </RemoveKey>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
