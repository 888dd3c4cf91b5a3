import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May } from '../../ui/May.tsx';
import type { FindingsPanelProps } from './findingsPanelProps.ts';

const classes = ['1', '2', '3'] as const;

/** The rules that findings name: added and changed one by one, or read from a table; retired, never deleted. */
export function ClausesPanel({ store, actions, enabled, clauseFiles }: FindingsPanelProps) {
  const { t, i18n } = useTranslation();
  const clauses = useStore(store, (state) => state.clauses);
  const [number, setNumber] = useState('');
  const [title, setTitle] = useState('');
  const [clauseClass, setClass] = useState<1 | 2 | 3>();
  const isReady = enabled && number.trim() !== '' && title.trim() !== '';
  return (
    <>
      <May asks="findings:saveClause" note>
        <form
          className="finding-form-row"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isReady) return;
            const ofClass = clauseClass === undefined ? {} : { class: clauseClass };
            void actions.saveClause({ number: number.trim(), title: title.trim(), ...ofClass });
            setNumber('');
            setTitle('');
          }}
        >
          <TextInput
            label={t('findings.clause.number')}
            value={number}
            maxLength={60}
            onChange={(event) => setNumber(event.currentTarget.value)}
          />
          <TextInput
            label={t('findings.clause.title')}
            value={title}
            maxLength={200}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Select
            label={t('findings.form.class')}
            clearable
            value={clauseClass === undefined ? null : String(clauseClass)}
            data={classes.map((one) => ({ value: one, label: t(`findings.class.${one}`) }))}
            onChange={(value) => setClass(value === null ? undefined : (Number(value) as 1 | 2 | 3))}
          />
          <Button type="submit" disabled={!isReady}>
            {t('findings.clause.save')}
          </Button>
        </form>
      </May>
      {clauseFiles}
      <ul className="findings-clauses">
        {clauses.map((clause) => (
          <li key={clause.number} data-retired={clause.isRetired === true || undefined}>
            <strong>{clause.number}</strong>
            <span>{(i18n.language === 'en' ? clause.titleEn : undefined) ?? clause.title}</span>
            <span>{clause.class !== undefined && t(`findings.class.${clause.class}`)}</span>
            <May asks="findings:saveClause">
              <Button
                size="compact-xs"
                disabled={!enabled}
                onClick={() => void actions.saveClause({ ...clause, isRetired: clause.isRetired !== true })}
              >
                {t(clause.isRetired === true ? 'findings.clause.offer' : 'findings.clause.retire')}
              </Button>
            </May>
          </li>
        ))}
      </ul>
    </>
  );
}
