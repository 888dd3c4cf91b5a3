import { Button, Kbd } from '@mantine/core';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Ask } from '../../../src-shared/session/rights.ts';
import { useTargetBox } from '../../ui/desk/useTargetBox.ts';
import { May } from '../../ui/May.tsx';
import { durationText } from '../../ui/times.ts';
import { guideSteps, type GuideStep } from './guideSteps.ts';
import type { GuideStore } from './guideStore.ts';
import { placeCard, type Box } from './placeCard.ts';
import './guide.css';

export interface GuideCardProps {
  store: GuideStore;
  /** The control of each step: the first of these selectors that is to be seen. */
  targets: Readonly<Record<GuideStep, readonly string[]>>;
  /** What the step asks of the hub where the guide does it. */
  asks: Readonly<Record<GuideStep, Ask | undefined>>;
  /** What stands in the way of the step of now, if anything: there is no alert, no microphone, no order, no screen. */
  obstacle: 'alert' | 'microphone' | 'bodyCam' | 'order' | 'screen' | undefined;
  /** Who answers and shows pictures in the demo, where such a member is connected. */
  leader: string | undefined;
  onPerform(): void;
  onTurn(by: 1 | -1): void;
  onLeave(): void;
}

/** A card beside the control of each step, which says what to do there and waits until it is done. It takes no key of the desk and no focus. */
export function GuideCard(props: GuideCardProps) {
  const { store, targets } = props;
  const { t } = useTranslation();
  const step = useStore(store, (state) => state.step);
  const target = useTargetBox(step === 'done' ? nothing : targets[step]);
  const cardRef = useRef<HTMLElement>(null);
  const [size, setSize] = useState({ width: 400, height: 240 });
  useLayoutEffect(() => {
    const card = cardRef.current;
    if (card === null) return undefined;
    const measure = (): void => {
      const { width, height } = card.getBoundingClientRect();
      setSize((before) => (width === before.width && height === before.height ? before : { width, height }));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(card);
    return () => watch.disconnect();
  }, []);
  const place = placeCard(target, size, { width: window.innerWidth, height: window.innerHeight });
  return (
    <>
      {target !== undefined && <div className="guide-ring" style={ringAround(target)} aria-hidden="true" />}
      <section
        ref={cardRef}
        className="guide-card"
        style={place}
        aria-label={t('guide.title')}
        data-guide-step={step}
      >
        {step === 'done' ? <Done {...props} /> : <Step {...props} step={step} />}
      </section>
    </>
  );
}

/** The ring stands a little off, so that it covers no letter. Pixels. */
const ringGap = 8;

function ringAround({ left, top, width, height }: Box): Box {
  return {
    left: left - ringGap,
    top: top - ringGap,
    width: width + 2 * ringGap,
    height: height + 2 * ringGap,
  };
}

const nothing: readonly string[] = [];
/** The key with which the officer does the step, as it is written on a keyboard. */
const keys = { alert: 'A', acknowledge: 'Enter', order: 'G', talk: '', bodyCam: '', case: 'W' } as const;

function Step(props: GuideCardProps & { step: GuideStep }) {
  const { store, step, asks, obstacle, leader, onPerform, onTurn, onLeave } = props;
  const { t } = useTranslation();
  const mode = useStore(store, (state) => state.mode);
  const hasBegunAgain = useStore(store, (state) => state.hasBegunAgain);
  const number = guideSteps.indexOf(step) + 1;
  const isDemo = mode === 'demo';
  const ask = asks[step];
  const perform = (
    <Button variant="filled" disabled={obstacle !== undefined} onClick={onPerform}>
      {t('guide.perform')} <Kbd size="xs">F2</Kbd>
    </Button>
  );
  return (
    <>
      <header>
        <span className="desk-dim">{t('guide.stepOf', { number, count: guideSteps.length })}</span>
        <Close onLeave={onLeave} />
      </header>
      <div role="status">
        <h2>{t(`guide.step.${step}.title`)}</h2>
        <p>{t(`guide.step.${step}.text`, { key: keys[step] })}</p>
        {isDemo && step === 'order' && leader !== undefined && (
          <p className="desk-dim">{t('guide.leader', { name: leader })}</p>
        )}
        {mode === 'explained' && <p className="desk-dim">{t('guide.onlyExplained')}</p>}
        {isDemo && hasBegunAgain && <p className="desk-not-normal">{t('guide.begunAgain')}</p>}
        {isDemo && obstacle !== undefined && (
          <p className="desk-not-normal" data-obstacle={obstacle}>
            {t(`guide.obstacle.${obstacle}`)}
          </p>
        )}
      </div>
      <div className="guide-keys">
        {isDemo && (ask === undefined ? perform : <May asks={ask}>{perform}</May>)}
        {!isDemo && (
          <Button variant="filled" onClick={() => onTurn(1)}>
            {t('guide.next')} <Kbd size="xs">F2</Kbd>
          </Button>
        )}
        {number > 1 && <Button onClick={() => onTurn(-1)}>{t('guide.back')}</Button>}
        {isDemo && <Button onClick={() => onTurn(1)}>{t('guide.skip')}</Button>}
      </div>
    </>
  );
}

function Done({ store, onLeave }: GuideCardProps) {
  const { t } = useTranslation();
  const mode = useStore(store, (state) => state.mode);
  const lastedMs = useStore(store, ({ startedAtMs, endedAtMs }) => (endedAtMs ?? startedAtMs) - startedAtMs);
  return (
    <>
      <header>
        <span className="desk-dim">{t('guide.title')}</span>
        <Close onLeave={onLeave} />
      </header>
      <div role="status">
        <h2>{t('guide.done')}</h2>
        <p>{t(mode === 'demo' ? 'guide.doneText' : 'guide.doneExplained', { key: keys.case })}</p>
        {mode === 'demo' && <p className="desk-dim">{t('guide.lasted', { time: durationText(lastedMs) })}</p>}
      </div>
      <div className="guide-keys">
        <Button variant="filled" onClick={onLeave}>
          {t('guide.end')} <Kbd size="xs">F1</Kbd>
        </Button>
      </div>
    </>
  );
}

function Close({ onLeave }: { onLeave(): void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="guide-close" onClick={onLeave}>
      {t('guide.leave')} <Kbd size="xs">F1</Kbd>
    </button>
  );
}
