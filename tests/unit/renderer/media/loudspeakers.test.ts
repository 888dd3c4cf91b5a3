import { beforeEach, describe, expect, it } from 'vitest';
import { parseChoices, soundPurposes } from '../../../../src-renderer/media/loudspeakerChoice.ts';
import { Loudspeakers } from '../../../../src-renderer/media/loudspeakers.ts';
import {
  createLoudspeakersStore,
  loudspeakerChanges,
  type LoudspeakerChange,
} from '../../../../src-renderer/features/loudspeakers/loudspeakersStore.ts';
import fc from '../../../support/properties.ts';

interface Device {
  kind: string;
  deviceId: string;
  label: string;
}
const speaker = (deviceId: string, label = `Speaker ${deviceId}`): Device => ({
  kind: 'audiooutput',
  deviceId,
  label,
});
const usual = [speaker('default', 'Default'), { ...speaker('m'), kind: 'audioinput' }];

/** A machine with loudspeakers that are plugged and unplugged, and a page on it. */
class Machine {
  readonly events = new EventTarget();
  readonly kept = new Map<string, string>();
  plugged: Device[] = [...usual, speaker('a'), speaker('b')];
  isNamed = true;
  /** Loudspeakers that take no sound though they are listed. */
  readonly broken = new Set<string>();
  readonly news: LoudspeakerChange[] = [];
  store = createLoudspeakersStore();

  open(storage = this.kept): Loudspeakers {
    this.store = createLoudspeakersStore();
    return new Loudspeakers({
      canChoose: true,
      devices: {
        enumerateDevices: () =>
          Promise.resolve(
            (this.isNamed ? this.plugged : [speaker('', '')]).map((one) => ({ ...one }) as MediaDeviceInfo),
          ),
        addEventListener: this.events.addEventListener.bind(this.events),
        getUserMedia: () => {
          this.isNamed = true;
          return Promise.resolve({ getTracks: () => [] } as unknown as MediaStream);
        },
      },
      storage: {
        getItem: (key) => storage.get(key) ?? null,
        setItem: (key, value) => void storage.set(key, value),
      },
      onState: (state) => {
        this.news.push(...loudspeakerChanges(this.store.getState(), state));
        this.store.setState(state);
      },
    });
  }

  async plug(...devices: Device[]): Promise<void> {
    this.plugged = [...usual, ...devices];
    this.events.dispatchEvent(new Event('devicechange'));
    await settled();
  }

  /** Something that plays; `heardFrom` is the loudspeaker it goes to. */
  sink() {
    const { broken } = this;
    return Object.assign(new EventTarget(), {
      heardFrom: '',
      async setSinkId(deviceId: string) {
        await Promise.resolve();
        if (broken.has(deviceId)) throw new DOMException('no', 'NotFoundError');
        this.heardFrom = deviceId;
      },
    });
  }
}

/** After it, everything that was begun is over. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let machine: Machine;
beforeEach(() => void (machine = new Machine()));

describe('a loudspeaker for each purpose', () => {
  it('plays what is sent to it, also sounds that began before, and leaves the others where they were', async () => {
    const speakers = machine.open();
    const [alarm, voice, later] = [machine.sink(), machine.sink(), machine.sink()];
    speakers.route('alarms')(alarm);
    speakers.route('talk')(voice);
    await speakers.refresh();
    speakers.choose('alarms', 'b');
    speakers.route('alarms')(later);
    await settled();
    expect([alarm.heardFrom, later.heardFrom, voice.heardFrom]).toEqual(['b', 'b', '']);
    speakers.choose('alarms', undefined);
    await settled();
    expect(alarm.heardFrom).toBe('');
    expect(machine.news).toEqual([]);
  });

  it('is remembered on this machine, and found again by its name where the browser gave it another id', async () => {
    const before = machine.open();
    await before.refresh();
    before.choose('talk', 'a');
    machine.plugged = [...usual, speaker('b'), speaker('a2', 'Speaker a')];
    const speakers = machine.open();
    const voice = machine.sink();
    speakers.route('talk')(voice);
    await speakers.refresh();
    await settled();
    expect(voice.heardFrom).toBe('a2');
    // Two of one name: nobody knows which one it was.
    await machine.plug(speaker('a2', 'Speaker a'), speaker('a3', 'Speaker a'));
    expect([voice.heardFrom, speakers.state.uses.talk.standing]).toEqual(['', 'unplugged']);
  });

  it('that is unplugged is replaced by the default and said once, with all that was heard from it; its return, too', async () => {
    const speakers = machine.open();
    const [alarm, voice] = [machine.sink(), machine.sink()];
    speakers.route('alarms')(alarm);
    speakers.route('talk')(voice);
    await speakers.refresh();
    speakers.choose('alarms', 'a');
    speakers.choose('talk', 'a');
    await settled();
    await machine.plug(speaker('b'));
    expect([alarm.heardFrom, voice.heardFrom]).toEqual(['', '']);
    await machine.plug(speaker('b'));
    await machine.plug(speaker('a'), speaker('b'));
    expect([alarm.heardFrom, voice.heardFrom]).toEqual(['a', 'a']);
    const both = { label: 'Speaker a', purposes: ['alarms', 'talk'] };
    expect(machine.news).toEqual([
      { type: 'gone', ...both },
      { type: 'back', ...both },
    ]);
  });

  it('that takes no sound is replaced by the default and said once, and is tried again until it does', async () => {
    machine.broken.add('a');
    const speakers = machine.open();
    const alarm = machine.sink();
    speakers.route('alarms')(alarm);
    await speakers.refresh();
    speakers.choose('alarms', 'a');
    await settled();
    expect([alarm.heardFrom, speakers.state.uses.alarms.standing]).toEqual(['', 'refused']);
    expect(machine.news).toEqual([{ type: 'refused', label: 'Speaker a', purposes: ['alarms'] }]);
    speakers.tryAgain();
    await settled();
    speakers.route('alarms')(machine.sink());
    await settled();
    expect([alarm.heardFrom, machine.news.length]).toEqual(['', 1]);
    machine.broken.clear();
    speakers.tryAgain();
    await settled();
    expect([alarm.heardFrom, machine.news.at(-1)?.type]).toEqual(['a', 'back']);
  });

  it('is not known until the page may use the microphone, and is used from then on', async () => {
    const before = machine.open();
    await before.refresh();
    before.choose('cameras', 'b');
    machine.isNamed = false;
    const speakers = machine.open();
    const sound = machine.sink();
    speakers.route('cameras')(sound);
    await speakers.refresh();
    await settled();
    expect(speakers.state).toMatchObject({ listing: 'unnamed', uses: { cameras: { standing: 'unknown' } } });
    expect([sound.heardFrom, machine.news]).toEqual(['', []]);
    await speakers.allowNames();
    await settled();
    expect(sound.heardFrom).toBe('b');
  });

  it('cannot be chosen where the browser has no way to, and everything is heard all the same', async () => {
    const states: string[] = [];
    const speakers = new Loudspeakers({
      canChoose: false,
      devices: undefined,
      storage: { getItem: () => '{"talk":{"deviceId":"a","label":"A"}}', setItem: () => undefined },
      onState: ({ listing }) => states.push(listing),
    });
    const unroute = speakers.route('talk')(new EventTarget());
    await speakers.refresh();
    unroute();
    expect(states).toEqual(['unsupported']);
  });

  it.each([
    null,
    '',
    'nonsense',
    '[]',
    '{"talk":7}',
    '{"talk":{"deviceId":"","label":""}}',
    '{"talk":{"deviceId":"a"}}',
  ])('is the default where %j was kept', (kept) => {
    expect(Object.values(parseChoices(kept)).filter((one) => one !== undefined)).toEqual([]);
  });

  it('whatever is plugged, unplugged, chosen and begun: each sound ends where its purpose belongs', async () => {
    const deed = fc.oneof(
      fc.record({ do: fc.constant('plug' as const), devices: fc.subarray(['a', 'b', 'c']) }),
      fc.record({
        do: fc.constant('choose' as const),
        purpose: fc.constantFrom(...soundPurposes),
        deviceId: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
      }),
      fc.record({ do: fc.constant('begin' as const), purpose: fc.constantFrom(...soundPurposes) }),
      fc.record({ do: fc.constant('wait' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 25 }), async (deeds) => {
        machine = new Machine();
        const speakers = machine.open();
        await speakers.refresh();
        const sinks: { purpose: (typeof soundPurposes)[number]; sink: { heardFrom: string } }[] = [];
        for (const one of deeds) {
          if (one.do === 'wait') await settled();
          else if (one.do === 'choose') speakers.choose(one.purpose, one.deviceId);
          else if (one.do === 'begin') {
            const sink = machine.sink();
            speakers.route(one.purpose)(sink);
            sinks.push({ purpose: one.purpose, sink });
          } else void machine.plug(...one.devices.map((id) => speaker(id)));
        }
        await settled();
        const { uses, choices } = speakers.state;
        const isPlugged = (id: string): boolean => machine.plugged.some(({ deviceId }) => deviceId === id);
        for (const { purpose, sink } of sinks) {
          const chosen = choices[purpose]?.deviceId ?? '';
          expect(sink.heardFrom).toBe(isPlugged(chosen) ? chosen : '');
          expect(sink.heardFrom).toBe(uses[purpose].deviceId);
        }
      }),
      { numRuns: 100 },
    );
  });
});
