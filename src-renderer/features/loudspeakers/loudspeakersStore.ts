import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  chooseOutputs,
  noChoices,
  soundPurposes,
  type LoudspeakerState,
  type SoundPurpose,
} from '../../media/loudspeakerChoice.ts';

/** The loudspeakers as the window shows them. */
export interface LoudspeakersState extends LoudspeakerState {
  isOpen: boolean;
  /** The purpose whose test tone sounds now. */
  testing: SoundPurpose | undefined;
  /** What the browser refused last: the microphone, which names the loudspeakers, or to be heard at all. */
  refusal: 'microphone' | 'sound' | undefined;
}

export type LoudspeakersStore = StoreApi<LoudspeakersState>;

export function createLoudspeakersStore(): LoudspeakersStore {
  return createStore<LoudspeakersState>(() => ({
    listing: 'unread',
    outputs: [],
    choices: noChoices,
    uses: chooseOutputs('unread', [], noChoices),
    isOpen: false,
    testing: undefined,
    refusal: undefined,
  }));
}

/** A loudspeaker that went or came back, and what was or is heard from it. */
export interface LoudspeakerChange {
  type: 'gone' | 'refused' | 'back';
  label: string;
  purposes: SoundPurpose[];
}

/**
 * What an officer must know of a change: that a chosen loudspeaker went, does not play or came back. What the officer chose just now is no
 * news.
 */
export function loudspeakerChanges(
  before: Pick<LoudspeakerState, 'uses' | 'choices'>,
  now: Pick<LoudspeakerState, 'uses' | 'choices'>,
): LoudspeakerChange[] {
  const changes: LoudspeakerChange[] = [];
  for (const purpose of soundPurposes) {
    const label = now.choices[purpose]?.label;
    const was = before.uses[purpose].standing;
    const is = now.uses[purpose].standing;
    const type = is === was ? undefined : changeOf(was, is);
    if (label === undefined || type === undefined) continue;
    const same = changes.find((one) => one.type === type && one.label === label);
    if (same === undefined) changes.push({ type, label, purposes: [purpose] });
    else same.purposes.push(purpose);
  }
  return changes;
}

type Standing = LoudspeakerState['uses'][SoundPurpose]['standing'];

function changeOf(was: Standing, is: Standing): LoudspeakerChange['type'] | undefined {
  if (is === 'unplugged') return 'gone';
  // One that has just come may need a moment.
  if (is === 'refused') return was === 'unplugged' ? undefined : 'refused';
  return is === 'chosen' && (was === 'unplugged' || was === 'refused') ? 'back' : undefined;
}
