import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BoardFigures, BoardPeriod } from '../../../src-shared/board/board.protocol.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import { fetchFile } from '../../ui/httpFile.ts';

/** How often a board that is shown reads its figures again. Milliseconds. */
export const boardReadEveryMs = 10_000;

export interface BoardState {
  period: BoardPeriod;
  /** As they were read last; kept while the server is away. */
  figures: BoardFigures | undefined;
  problem: RefusalWords | undefined;
  /** The code of an export that failed; empty where none did. */
  exportProblem: string;
}

/** The board's figures at a desk or on a screen. */
export interface Board {
  store: StoreApi<BoardState>;
  choose(period: BoardPeriod): Promise<void>;
  read(): Promise<void>;
  /** Reads now and then again and again, until the function that it returns is called. */
  keepReading(): () => void;
  /** `GET /api/v1/board/export`. */
  exportFigures(format: 'csv' | 'xlsx', language: 'zh-CN' | 'en'): Promise<void>;
}

export function createBoard(parts: {
  ask(period: BoardPeriod): Promise<Ack<BoardFigures>>;
  /** Left out where nothing is exported. */
  fetch?: typeof fetch;
  saveFile?(blob: Blob, fileName: string): void;
}): Board {
  const store = createStore<BoardState>(() => ({
    period: 'today',
    figures: undefined,
    problem: undefined,
    exportProblem: '',
  }));
  /** Counts the questions, so that the answer to an earlier one does not replace that to a later one. */
  let asked = 0;

  async function read(): Promise<void> {
    const mine = ++asked;
    const { period } = store.getState();
    const answer = await parts.ask(period);
    if (mine !== asked) return;
    store.setState(answer.ok ? { figures: answer.data, problem: undefined } : { problem: answer });
  }

  return {
    store,
    read,
    async choose(period) {
      store.setState({ period, figures: undefined });
      await read();
    },
    keepReading() {
      void read();
      const timer = setInterval(() => void read(), boardReadEveryMs);
      return () => clearInterval(timer);
    },
    async exportFigures(format, language) {
      const { period } = store.getState();
      if (parts.fetch === undefined) return;
      const query = `period=${period}&format=${format}&language=${language}`;
      const answer = await fetchFile(parts.fetch, `/api/v1/board/export?${query}`);
      if (answer.ok) parts.saveFile?.(answer.file, `board-${period}.${format}`);
      store.setState({ exportProblem: answer.ok ? '' : answer.problem });
    },
  };
}
