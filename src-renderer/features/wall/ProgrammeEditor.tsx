import { Button, Chip, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { districts, siteTypes, type CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';
import { arrangeLayout } from '../../../src-shared/wall/layouts.ts';
import { tourFilter, type TourSettings } from '../../../src-shared/wall/tourSettings.ts';
import type { Programme } from '../../../src-shared/wall/wallLibrary.ts';
import { BoostEditor } from './BoostEditor.tsx';
import { LayoutChooser } from './LayoutChooser.tsx';
import { May } from '../../ui/May.tsx';

export interface ProgrammeEditorProps {
  programme: Programme;
  cameras: readonly CameraView[];
  enabled: boolean;
  onSave(programme: Programme): void;
  onCancel(): void;
}

const leastDwell = 5;
const mostDwell = 600;

/** A named tour: its layout, how fast it goes, which cameras, and which of them more often. */
export function ProgrammeEditor({ programme, cameras, enabled, onSave, onCancel }: ProgrammeEditorProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(programme);
  const { settings } = draft;
  const set = (changed: Partial<TourSettings>): void =>
    setDraft({ ...draft, settings: { ...settings, ...changed } });
  const filtered = cameras.filter((camera) =>
    tourFilter(settings.filter)({ ...camera, online: true }),
  ).length;
  const seconds = settings.dwellMs / 1_000;
  const sound =
    draft.name.trim() !== '' &&
    seconds >= leastDwell &&
    seconds <= mostDwell &&
    arrangeLayout(draft.layout).ok;
  return (
    <form
      className="library-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (sound) onSave({ ...draft, name: draft.name.trim() });
      }}
    >
      <TextInput
        label={t('library.name')}
        value={draft.name}
        maxLength={80}
        required
        data-autofocus
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
      />
      <Field label={t('library.layout')}>
        <LayoutChooser layout={draft.layout} onChange={(layout) => setDraft({ ...draft, layout })} />
      </Field>
      <div className="library-columns">
        <NumberInput
          label={t('library.dwell')}
          value={seconds}
          min={leastDwell}
          max={mostDwell}
          allowDecimal={false}
          clampBehavior="blur"
          onChange={(value) => set({ dwellMs: Number(value) * 1_000 })}
          error={seconds < leastDwell || seconds > mostDwell ? t('library.dwellLimits') : undefined}
        />
        <Field label={t('library.mode')}>
          <SegmentedControl
            value={settings.mode === 'page' ? 'page' : settings.scrollDirection}
            onChange={(value) =>
              set(
                value === 'page'
                  ? { mode: 'page' }
                  : { mode: 'scroll', scrollDirection: value === 'left' ? 'left' : 'up' },
              )
            }
            data={[
              { value: 'page', label: t('library.page') },
              { value: 'up', label: t('library.scrollUp') },
              { value: 'left', label: t('library.scrollLeft') },
            ]}
          />
        </Field>
      </div>
      <Field label={t('library.filterTypes')}>
        <Choices
          all={siteTypes}
          chosen={settings.filter.siteTypes}
          nameOf={(siteType) => t(`siteType.${siteType}`)}
          onChange={(chosen) => set({ filter: withList(settings.filter, 'siteTypes', chosen) })}
        />
      </Field>
      <Field label={t('library.filterDistricts')}>
        <Choices
          all={districts}
          chosen={settings.filter.districts}
          nameOf={(district) => t(`district.${district}`)}
          onChange={(chosen) => set({ filter: withList(settings.filter, 'districts', chosen) })}
        />
      </Field>
      <p className={filtered === 0 ? 'desk-not-normal' : 'desk-dim'}>
        {filtered === 0
          ? t('library.noCameraFits')
          : t('library.camerasFit', { count: filtered, all: cameras.length })}
      </p>
      <Field label={t('library.boosts')}>
        <BoostEditor boosts={settings.boosts} onChange={(boosts) => set({ boosts })} />
      </Field>
      <div className="dialog-buttons">
        <Button onClick={onCancel}>{t('dialog.cancel')}</Button>
        <May asks="wall:saveProgramme">
          <Button type="submit" variant="filled" disabled={!enabled || !sound}>
            {t('library.save')}
          </Button>
        </May>
      </div>
    </form>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className="library-field">
      <legend>{label}</legend>
      {children}
    </fieldset>
  );
}

/** Any of a few; none chosen means all of them. */
function Choices<Value extends string>({
  all,
  chosen,
  nameOf,
  onChange,
}: {
  all: readonly Value[];
  chosen: readonly Value[] | undefined;
  nameOf(value: Value): string;
  onChange(chosen: Value[]): void;
}) {
  return (
    <Chip.Group
      multiple
      value={[...(chosen ?? [])]}
      onChange={(values) => onChange(all.filter((one) => values.includes(one)))}
    >
      <div className="desk-row">
        {all.map((value) => (
          <Chip key={value} value={value}>
            {nameOf(value)}
          </Chip>
        ))}
      </div>
    </Chip.Group>
  );
}

function withList<Key extends 'siteTypes' | 'districts'>(
  filter: TourSettings['filter'],
  key: Key,
  chosen: NonNullable<TourSettings['filter'][Key]>,
): TourSettings['filter'] {
  const { [key]: _replaced, ...rest } = filter;
  return chosen.length === 0 ? rest : { ...rest, [key]: chosen };
}
