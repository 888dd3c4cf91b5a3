import { Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  maxSceneSeconds,
  minSceneSeconds,
  mostCaption,
  mostTitle,
  showcaseLanguages,
  type Scene,
} from '../../../src-shared/showcase/programme.ts';
import { TimeField } from '../../ui/desk/TimeField.tsx';
import { sceneWords } from './words.ts';

const two = (number: number): string => String(number).padStart(2, '0');
const timeOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
const minuteOf = (text: string): number | undefined => {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && minute <= 1_440 ? minute : undefined;
};
const isTime = (text: string): boolean => minuteOf(text) !== undefined;

/** Length, hours and words of one scene. A field of words that is empty says what the page says by itself. */
export function SceneForm({ scene, onChange }: { scene: Scene; onChange: (values: Partial<Scene>) => void }) {
  const { t } = useTranslation();
  const { hours, words } = scene;
  return (
    <div className="showcase-form">
      <NumberInput
        label={t('showcase.desk.length')}
        w={140}
        min={minSceneSeconds}
        max={maxSceneSeconds}
        clampBehavior="strict"
        allowDecimal={false}
        value={scene.lengthSeconds}
        onChange={(value) => {
          if (typeof value === 'number' && value >= minSceneSeconds) onChange({ lengthSeconds: value });
        }}
      />
      <div className="desk-row">
        <Checkbox
          size="xs"
          label={t('showcase.desk.allDay')}
          checked={hours === undefined}
          onChange={({ currentTarget }) => {
            const { hours: _always, ...others } = scene;
            onChange(
              currentTarget.checked
                ? { ...others, hours: undefined }
                : { hours: { fromMinute: 9 * 60, untilMinute: 17 * 60 } },
            );
          }}
        />
        {hours !== undefined && (
          <>
            <TimeField
              label={t('showcase.desk.from')}
              value={timeOf(hours.fromMinute)}
              isTime={isTime}
              onChange={(text) =>
                onChange({ hours: { ...hours, fromMinute: minuteOf(text) ?? hours.fromMinute } })
              }
            />
            <span>–</span>
            <TimeField
              label={t('showcase.desk.until')}
              value={timeOf(hours.untilMinute)}
              isTime={isTime}
              onChange={(text) =>
                onChange({ hours: { ...hours, untilMinute: minuteOf(text) ?? hours.untilMinute } })
              }
            />
          </>
        )}
      </div>
      {showcaseLanguages.map((language) => {
        const own = words[language];
        const usual = sceneWords({ kind: scene.kind, words: { 'zh-CN': {}, en: {} } }, language);
        const name = t(language === 'en' ? 'showcase.desk.en' : 'showcase.desk.zh');
        const set = (values: Partial<typeof own>): void =>
          onChange({ words: { ...words, [language]: { ...own, ...values } } });
        return (
          <div key={language} className="showcase-form-words">
            <TextInput
              label={t('showcase.desk.titleOf', { language: name })}
              maxLength={mostTitle[language]}
              placeholder={usual.title}
              value={own.title ?? ''}
              onChange={({ currentTarget }) => set({ title: currentTarget.value })}
            />
            <Textarea
              size="xs"
              label={t('showcase.desk.captionOf', { language: name })}
              maxLength={mostCaption[language]}
              autosize
              minRows={2}
              placeholder={usual.caption}
              value={own.caption ?? ''}
              onChange={({ currentTarget }) => set({ caption: currentTarget.value.replaceAll('\n', ' ') })}
            />
          </div>
        );
      })}
    </div>
  );
}
