import { Button, Chip, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  accountRoles,
  type Account,
  type AccountRole,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Squad } from '../../../src-shared/squads/squads.protocol.ts';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import { Problem } from './Problem.tsx';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AccountInput } from './accountsAdmin.ts';
import { districtName } from './scopeWords.ts';

export interface AccountFormProps {
  /** The account that is changed; undefined for a new one. */
  account: Account | undefined;
  squads: readonly Pick<Squad, 'squadId' | 'name'>[];
  problem: RefusalWords | undefined;
  isBusy: boolean;
  onSave(input: AccountInput): void;
  onClose(): void;
}

/** A new account, or the name, role and scope of one. */
export function AccountForm({ account, squads, problem, isBusy, onSave, onClose }: AccountFormProps) {
  const { t } = useTranslation();
  const [signInName, setSignInName] = useState(account?.signInName ?? '');
  const [name, setName] = useState(account?.name ?? '');
  const [role, setRole] = useState<AccountRole>(account?.role ?? 'duty_officer');
  const [ofDistricts, setDistricts] = useState<'all' | string[]>(account?.scope.districts ?? 'all');
  const [ofSquads, setSquads] = useState<'all' | string[]>(account?.scope.squads ?? 'all');
  const isWhole = signInName.trim() !== '' && name.trim() !== '';
  return (
    <QuickDialog
      title={account === undefined ? t('accounts.add') : t('accounts.edit', { name: account.name })}
      closeWord={t('dialog.close')}
      onClose={onClose}
    >
      <form
        className="account-window"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWhole || isBusy) return;
          onSave({ signInName, name, role, scope: { districts: ofDistricts, squads: ofSquads } });
        }}
      >
        <TextInput
          label={t('signIn.name')}
          value={signInName}
          maxLength={64}
          readOnly={account !== undefined}
          {...(account === undefined ? { 'data-autofocus': true } : {})}
          onChange={(event) => setSignInName(event.currentTarget.value)}
        />
        <TextInput
          label={t('accounts.name')}
          value={name}
          maxLength={40}
          {...(account === undefined ? {} : { 'data-autofocus': true })}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t('accounts.role')}
          value={role}
          onChange={(value) => setRole(accountRoles.find((one) => one === value) ?? 'duty_officer')}
          data={accountRoles.map((value) => ({ value, label: t(`roles.${value}`) }))}
        />
        <Parts
          title={t('accounts.districts')}
          allWord={t('accounts.allDistricts')}
          value={ofDistricts}
          options={districts.map((one) => ({ id: one, word: districtName(one, t) }))}
          onChange={setDistricts}
        />
        <Parts
          title={t('accounts.squads')}
          allWord={t('accounts.allSquads')}
          value={ofSquads}
          options={squads.map((one) => ({ id: one.squadId, word: one.name }))}
          onChange={setSquads}
        />
        <p className="sign-in-quiet">{t('accounts.changeEnds')}</p>
        <Problem refusal={problem} />
        <div className="account-buttons">
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" variant="filled" disabled={!isWhole} aria-disabled={isBusy}>
            {account === undefined ? t('accounts.make') : t('accounts.save')}
          </Button>
        </div>
      </form>
    </QuickDialog>
  );
}

/** All of them, or some by name. */
function Parts(props: {
  title: string;
  allWord: string;
  value: 'all' | string[];
  options: readonly { id: string; word: string }[];
  onChange(value: 'all' | string[]): void;
}) {
  const { title, allWord, value, options, onChange } = props;
  const some = value === 'all' ? [] : value;
  // What is not there any more is shown still, so that it can be taken away.
  const known = new Set(options.map(({ id }) => id));
  const shown = [...options, ...some.filter((id) => !known.has(id)).map((id) => ({ id, word: id }))];
  return (
    <fieldset className="account-parts">
      <legend>{title}</legend>
      <Chip checked={value === 'all'} onChange={(isAll) => onChange(isAll ? 'all' : [])}>
        {allWord}
      </Chip>
      {shown.map(({ id, word }) => (
        <Chip
          key={id}
          checked={some.includes(id)}
          onChange={(isIn) => onChange(isIn ? [...some, id] : some.filter((one) => one !== id))}
        >
          {word}
        </Chip>
      ))}
    </fieldset>
  );
}
