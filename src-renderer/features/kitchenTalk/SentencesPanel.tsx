import { Button, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { soundMs } from '../../../src-shared/kitchenTalk/aLaw.ts';
import {
  longestSentenceSeconds,
  sentenceLanguages,
  type SentenceLanguage,
} from '../../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import { seatWords } from '../../ui/seatWords.ts';
import type { DeskSentences } from './deskSentences.ts';

const secondsOf = (lengthMs: number): number => Math.round(lengthMs / 100) / 10;

/** The sentences that the hub can say into kitchens: recorded here, heard here, stored, removed. `kinds`: types of alert with their names. */
export function SentencesPanel({
  actions,
  kinds,
}: {
  actions: DeskSentences;
  kinds: readonly { kindId: string; name: string }[];
}) {
  const { t } = useTranslation();
  const { sentences, recordProblem } = useStore(actions.store);
  const nameOf = (kindId: string): string => kinds.find((kind) => kind.kindId === kindId)?.name ?? kindId;
  // A recording ends when the person goes to another page.
  useEffect(() => actions.putAway, [actions]);
  return (
    <section data-kitchen-sentences={sentences.length}>
      <h2>{t('kitchenTalk.sentences.title')}</h2>
      <p>{t('kitchenTalk.sentences.text', { seconds: longestSentenceSeconds })}</p>
      <May asks="kitchenTalk:saveSentence" note>
        <SentenceForm actions={actions} kinds={kinds} />
      </May>
      {recordProblem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {recordProblem === 'microphone'
            ? t('kitchenTalk.microphone')
            : recordProblem === 'short'
              ? t('kitchenTalk.sentences.short')
              : refusalText(recordProblem, t)}
        </p>
      )}
      {sentences.length === 0 ? (
        <p className="desk-dim">{t('kitchenTalk.sentences.none')}</p>
      ) : (
        <table className="alert-table">
          <thead>
            <tr>
              <th>{t('kitchenTalk.sentences.kind')}</th>
              <th>{t('kitchenTalk.sentences.language')}</th>
              <th>{t('kitchenTalk.sentences.name')}</th>
              <th>{t('kitchenTalk.sentences.length')}</th>
              <th>{t('kitchenTalk.sentences.by')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {sentences.map((sentence) => (
              <tr key={`${sentence.kindId} ${sentence.language}`}>
                <td>{nameOf(sentence.kindId)}</td>
                <td>{t(`kitchenTalk.sentences.${sentence.language}`)}</td>
                <td>{sentence.name}</td>
                <td>{t('kitchenTalk.sentences.seconds', { count: secondsOf(sentence.lengthMs) })}</td>
                <td>{seatWords(sentence.by, t)}</td>
                <td>
                  <span className="desk-row">
                    <May asks="kitchenTalk:readSentence">
                      <Button size="compact-xs" onClick={() => void actions.hear(sentence)}>
                        {t('kitchenTalk.sentences.hear')}
                      </Button>
                    </May>
                    <RemoveKey
                      asks="kitchenTalk:removeSentence"
                      size="compact-xs"
                      onRemove={() => void actions.remove(sentence)}
                    >
                      {t('kitchenTalk.sentences.remove')}
                    </RemoveKey>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function SentenceForm({ actions, kinds }: Parameters<typeof SentencesPanel>[0]) {
  const { t, i18n } = useTranslation();
  const { sentences, recorded, recording } = useStore(actions.store);
  const [kindId, setKindId] = useState<string | null>(null);
  const [language, setLanguage] = useState<SentenceLanguage>(i18n.language === 'en' ? 'en' : 'zh');
  const [name, setName] = useState('');
  const [isSaving, setSaving] = useState(false);
  const before = sentences.find((one) => one.kindId === kindId && one.language === language);
  const words = name.trim();
  return (
    <form
      className="desk-row alert-kind-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (kindId === null || words === '' || recorded === undefined || isSaving) return;
        setSaving(true);
        void actions.save({ kindId, language, name: words }).then((saved) => {
          setSaving(false);
          if (saved) setName('');
        });
      }}
    >
      <Select
        label={t('kitchenTalk.sentences.kind')}
        value={kindId}
        data={kinds.map(({ kindId: value, name: label }) => ({ value, label }))}
        onChange={setKindId}
      />
      <Select
        label={t('kitchenTalk.sentences.language')}
        value={language}
        allowDeselect={false}
        data={sentenceLanguages.map((value) => ({ value, label: t(`kitchenTalk.sentences.${value}`) }))}
        onChange={(value) => setLanguage(value === 'en' ? 'en' : 'zh')}
      />
      <TextInput
        label={t('kitchenTalk.sentences.name')}
        placeholder={t('kitchenTalk.sentences.placeholder')}
        maxLength={30}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <RecordKey actions={actions} />
      {recorded !== undefined && recording === undefined && (
        <Button onClick={actions.listen}>
          {t('kitchenTalk.sentences.listen', { count: secondsOf(soundMs(recorded)) })}
        </Button>
      )}
      <Button
        type="submit"
        variant="filled"
        disabled={kindId === null || words === '' || recorded === undefined || isSaving}
      >
        {t('kitchenTalk.sentences.save')}
      </Button>
      {before !== undefined && (
        <span className="desk-dim">{t('kitchenTalk.sentences.replaces', { name: before.name })}</span>
      )}
    </form>
  );
}

/** Begins to record, and ends it; the seconds that are left stand on it. */
function RecordKey({ actions }: { actions: DeskSentences }) {
  const { t } = useTranslation();
  const { recording, recorded } = useStore(actions.store);
  if (typeof recording === 'object')
    return (
      <Button onClick={() => void actions.stopRecording()} data-recording>
        {t('kitchenTalk.sentences.stop', { count: recording.secondsLeft })}
      </Button>
    );
  const label =
    recording !== undefined
      ? t('kitchenTalk.sentences.preparing')
      : recorded === undefined
        ? t('kitchenTalk.sentences.record')
        : t('kitchenTalk.sentences.again');
  return (
    <Button disabled={recording !== undefined} onClick={() => void actions.record()}>
      {label}
    </Button>
  );
}
