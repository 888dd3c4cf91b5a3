import { vi } from 'vitest';
import type { CameraView } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { Ack } from '../../../../src-shared/protocol/define.ts';
import type { LocalMoment } from '../../../../src-shared/wall/schedule.ts';
import { tourSettingsSchema } from '../../../../src-shared/wall/tourSettings.ts';
import type { UpcomingStream, WallSnapshot } from '../../../../src-shared/wall/wall.protocol.ts';
import type { WallLine, WallRepository } from '../../../../src-sfu/features/wall/wall.ports.ts';
import {
  createWallService,
  type WallService,
  type WallServiceOptions,
} from '../../../../src-sfu/features/wall/wall.service.ts';

/** One camera of one school. */
export function camera(number: number): CameraView {
  return {
    cameraId: `cam-${number}`,
    externalId: `c${number}`,
    cameraName: '灶台',
    siteId: `site-${number}`,
    siteName: `食堂 ${number}`,
    siteType: 'school_canteen',
    district: '咸安区',
  };
}

/** A tour that turns every 5 s. */
export const quickTour = tourSettingsSchema.parse({ dwellMs: 5_000 });

/** A store that lives as long as the test, also over a restart of the service. */
export class MemoryRepository implements WallRepository {
  readonly values = new Map<string, string>();
  /** Who saved what. */
  readonly saves: { name: string; actor: string }[] = [];
  /** What was kept without anybody's deed. */
  readonly keeps: string[] = [];
  /** What the audit log says, in the order in which it was written. */
  readonly lines: WallLine[] = [];
  /** Set while the disk is full. */
  fault: Error | undefined;

  read(name: string): Promise<unknown> {
    const text = this.values.get(name);
    return Promise.resolve(text === undefined ? undefined : JSON.parse(text));
  }

  async save(name: string, value: unknown, actor: string, _nowMs?: number, line?: WallLine): Promise<void> {
    await this.put(name, value);
    this.saves.push({ name, actor });
    if (line !== undefined) this.lines.push(line);
  }

  async keep(name: string, value: unknown, lines: readonly WallLine[] = []): Promise<void> {
    await this.put(name, value);
    this.keeps.push(name);
    this.lines.push(...lines);
  }

  private async put(name: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    await Promise.resolve();
    if (this.fault !== undefined) throw this.fault;
    this.values.set(name, text);
  }
}

/** A hub's wall with forty cameras, a fake clock and a store; `screen` shows main from the start. */
export class WallCity {
  registry: CameraView[] = Array.from({ length: 40 }, (_unused, index) => camera(index));
  readonly offline = new Set<string>();
  readonly repository = new MemoryRepository();
  /** By screen. */
  readonly warmed = new Map<string, UpcomingStream[]>();
  readonly notices: { screenId: string; wall: WallSnapshot; audience: string }[] = [];
  readonly faults: unknown[] = [];
  /** Monday, 5 October 2026, 10:00. */
  moment: LocalMoment = { day: 20_731, minuteOfDay: 600 };
  wall!: WallService;
  private commands = 0;

  /** Starts the wall, and again where it was. */
  async start(fill: WallServiceOptions['default'] = { fill: 'tour', layout: '16' }): Promise<this> {
    this.wall = createWallService({
      cameras: {
        listCameras: () => this.registry,
        findCamera: (cameraId) => this.lookUpCamera(cameraId),
        counts: () => ({ sites: this.registry.length, cameras: this.registry.length }),
        isOnline: (cameraId) => !this.offline.has(cameraId),
      },
      repository: this.repository,
      warmer: { warm: (screenId, streams) => void this.warmed.set(screenId, [...streams]) },
      default: fill,
      nowMs: () => Date.now(),
      localMoment: () => this.moment,
      random: () => 0.5,
      onFault: (error) => this.faults.push(error),
    });
    this.wall.onScreenChanged((screenId, wall, audience) => this.notices.push({ screenId, wall, audience }));
    await this.wall.load();
    this.openScreen('screen', 'main');
    return this;
  }

  lookUpCamera(cameraId: string): CameraView | undefined {
    return this.registry.find((view) => view.cameraId === cameraId);
  }

  openScreen(connectionId: string, screenId: string): void {
    this.wall.surfaceJoined({ connectionId, showsScreenId: screenId, drives: false });
  }

  openDesk(connectionId: string): void {
    this.wall.surfaceJoined({ connectionId, showsScreenId: undefined, drives: true });
  }

  /** What every command carries. */
  command(screenId = 'main'): { commandId: string; screenId: string } {
    this.commands += 1;
    return { commandId: `command-${this.commands}`, screenId };
  }

  startTour(layout: '1' | '4' | '16' = '4'): Promise<Ack<{ revision: number }>> {
    return this.wall.startTour({ ...this.command(), layout, settings: quickTour }, 'officer');
  }

  showing(screenId = 'main'): (string | undefined)[] {
    return idsOf(this.wall.snapshot(screenId));
  }

  noticesOf(screenId: string): WallSnapshot[] {
    return this.notices.filter((notice) => notice.screenId === screenId).map(({ wall }) => wall);
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** Lets minutes of local time pass; the hub looks at its clock in each of them. */
  async passMinutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      const { day, minuteOfDay } = this.moment;
      this.moment =
        minuteOfDay === 1439 ? { day: day + 1, minuteOfDay: 0 } : { day, minuteOfDay: minuteOfDay + 1 };
      await this.pass(60_000);
    }
  }

  async restart(fill?: WallServiceOptions['default']): Promise<void> {
    await this.wall.close();
    await this.start(fill);
  }
}

/** The cameras of a screen in the order of its tiles. */
export function idsOf({ tiles }: WallSnapshot): (string | undefined)[] {
  return tiles.map((tile) => tile.camera?.cameraId);
}
