import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { maxPresets, type Preset } from '../../../src-shared/turning/turning.protocol.ts';
import { May } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import { seatWords } from '../../ui/seatWords.ts';
import type { DeskTurning } from './deskTurning.ts';
import { HeldButton, TurnPad } from './TurnPad.tsx';
import './turning.css';

/** Under the large picture of a camera that turns: the pad, zoom and focus, presets, and who has the camera. */
export function TurnStrip({ actions }: { actions: DeskTurning }) {
  const { t } = useTranslation();
  const { turning, motion, problem } = useStore(actions.store);
  if (turning === undefined || turning.cannotTurn !== undefined) return null;
  const { holder, holderId, presets, foreignPresets, unlistedPresets = [], hasNoFocus } = turning;
  const focus = hasNoFocus === true ? { whyNot: t('turning.noFocus') } : {};
  const other = holder === undefined || holder.holderId === holderId ? undefined : seatWords(holder.name, t);
  const held = { onMotion: actions.set, onRelease: actions.release };
  return (
    <section className="turn-strip" aria-label={t('turning.title')} data-turning={turning.cameraId}>
      <div className="turn-words">
        <h2>{t('turning.title')}</h2>
        {other === undefined ? (
          <p className="desk-dim">{t('turning.keys')}</p>
        ) : (
          <p className="desk-not-normal" role="status" data-turned-by={other}>
            {t('turning.heldBy', { by: other })}
          </p>
        )}
        {other !== undefined && (
          <May asks="turning:takeOver">
            <Button size="compact-xs" onClick={() => void actions.takeOver()}>
              {t('turning.takeOver')}
            </Button>
          </May>
        )}
        {problem !== undefined && (
          <p className="desk-not-normal" role="alert">
            {refusalText(problem, t)}
          </p>
        )}
      </div>
      <Presets
        actions={actions}
        presets={presets}
        foreignPresets={foreignPresets}
        unlistedPresets={unlistedPresets}
      />
      <May asks="turning:move">
        <div className="turn-controls">
          <TurnPad motion={motion} {...held} />
          <div className="turn-pair">
            <HeldButton label={t('turning.closer')} sign="+" part="zoom" direction={1} {...held} />
            <span>{t('turning.zoom')}</span>
            <HeldButton label={t('turning.wider')} sign="−" part="zoom" direction={-1} {...held} />
          </div>
          <div className="turn-pair">
            <HeldButton label={t('turning.far')} sign="▲" part="focus" direction={1} {...held} {...focus} />
            <span {...(hasNoFocus === true ? { title: t('turning.noFocus') } : {})}>
              {t('turning.focus')}
            </span>
            <HeldButton label={t('turning.near')} sign="▼" part="focus" direction={-1} {...held} {...focus} />
          </div>
        </div>
      </May>
    </section>
  );
}

/** Views that the camera remembers: gone to by a click or by the keys 1 to 9, saved, deleted. */
function Presets({
  actions,
  presets,
  foreignPresets,
  unlistedPresets,
}: {
  actions: DeskTurning;
  presets: readonly Preset[];
  foreignPresets: readonly number[];
  unlistedPresets: readonly Preset[];
}) {
  const { t } = useTranslation();
  const goingTo = useStore(actions.store, (state) => state.goingTo);
  const needsNumber = useStore(actions.store, (state) => state.needsNumber);
  const [name, setName] = useState('');
  const [number, setNumber] = useState<number | undefined>(undefined);
  const free = needsNumber ? freeNumbers(presets, foreignPresets) : [];
  const chosen = number !== undefined && free.includes(number) ? number : free[0];
  const [isEditing, setEditing] = useState(false);
  return (
    <div className="turn-presets">
      <div className="desk-row">
        {presets.length === 0 && <span className="desk-dim">{t('turning.noPresets')}</span>}
        {presets.map((preset, index) => (
          <span key={preset.number} className="turn-preset" data-preset={preset.name}>
            <May asks="turning:goToPreset">
              <Button
                size="compact-sm"
                variant={goingTo === preset.number ? 'filled' : 'default'}
                onClick={() => void actions.goTo(preset.number)}
              >
                {index < 9 && <kbd className="turn-key">{index + 1}</kbd>}
                {preset.name}
              </Button>
            </May>
            {isEditing && (
              <May asks="turning:deletePreset">
                <Button
                  size="compact-sm"
                  aria-label={t('turning.deletePreset', { name: preset.name })}
                  onClick={() => void actions.remove(preset.number)}
                >
                  ×
                </Button>
              </May>
            )}
          </span>
        ))}
        <Button size="compact-sm" variant="subtle" onClick={() => setEditing(!isEditing)}>
          {isEditing ? t('turning.done') : t('turning.edit')}
        </Button>
      </div>
      {isEditing && foreignPresets.length > 0 && (
        <p className="desk-dim" data-foreign-presets>
          {t('turning.foreignPresets', { numbers: foreignPresets.join(', ') })}
        </p>
      )}
      {isEditing && unlistedPresets.length > 0 && (
        <div className="desk-row" data-unlisted-presets>
          <span className="desk-dim">{t('turning.unlistedPresets')}</span>
          {unlistedPresets.map((preset) => (
            <May key={preset.number} asks="turning:relistPreset">
              <Button
                size="compact-sm"
                aria-label={t('turning.relistPreset', { name: preset.name })}
                title={t('turning.relistPreset', { name: preset.name })}
                onClick={() => void actions.relist(preset.number)}
              >
                + {preset.name}
              </Button>
            </May>
          ))}
        </div>
      )}
      {isEditing && (
        <form
          className="desk-row"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() === '') return;
            void actions.save(name.trim(), chosen).then((isSaved) => {
              if (isSaved) setName('');
            });
          }}
        >
          <TextInput
            size="xs"
            aria-label={t('turning.presetName')}
            placeholder={t('turning.presetName')}
            maxLength={30}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {chosen !== undefined && (
            <NativeSelect
              size="xs"
              aria-label={t('turning.presetNumber')}
              title={t('turning.presetNumber')}
              value={String(chosen)}
              data={free.map(String)}
              onChange={(event) => setNumber(Number(event.currentTarget.value))}
            />
          )}
          <May asks="turning:savePreset">
            <Button type="submit" size="xs" disabled={name.trim() === ''}>
              {t('turning.savePreset')}
            </Button>
          </May>
        </form>
      )}
      {isEditing && needsNumber && <p className="desk-dim">{t('turning.presetNumberText')}</p>}
    </div>
  );
}

/** Numbers without a view as far as is known, the highest first: installers begin with the lowest. */
function freeNumbers(presets: readonly { number: number }[], foreign: readonly number[]): number[] {
  const taken = new Set([...presets.map(({ number }) => number), ...foreign]);
  return Array.from({ length: maxPresets }, (_unused, index) => maxPresets - index).filter(
    (number) => !taken.has(number),
  );
}

/** Says of a camera that cannot be turned why not. */
export function CannotTurn({ actions }: { actions: DeskTurning }) {
  const { t } = useTranslation();
  const cause = useStore(actions.store, (state) => state.turning?.cannotTurn);
  if (cause === undefined) return null;
  return (
    <p className="desk-dim" data-cannot-turn={cause}>
      {t(`turning.cannot.${cause}`)}
    </p>
  );
}
