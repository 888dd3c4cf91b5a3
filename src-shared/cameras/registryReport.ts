import type { RegistryFaultCode } from './registryFault.ts';

/** What an import did, or would do in a dry run, by number of records. */
export interface RegistryImportReport {
  dryRun: boolean;
  sites: RecordCounts;
  cameras: RecordCounts;
  /** Sites of which what is public changes: the consent, the hours, or what is published. */
  publications: number;
  /** Cameras of which the recorded room or the recorded size of a head changes. */
  publicCameras: number;
  /** External ids of cameras that stay hidden, or softened, as they are recorded, where the import would show more of them. */
  keptCameras: string[];
  /** Ids of cameras that are gone, or whose address or credentials changed: running streams must end or restart. */
  changedCameraIds: string[];
  /**
   * External ids of cameras whose stored password was dropped, because their address or user changed and the import
   * brought no password: a stored password is never sent to an address it was not given for.
   */
  forgottenPasswords: string[];
  /** Columns of a table that mean nothing here and were passed over, by their header. */
  ignoredColumns: string[];
}

/** Records of one kind by what became of them. */
export interface RecordCounts {
  added: number;
  changed: number;
  unchanged: number;
  /** Taken out of the registry; only when the import was asked to. */
  removed: number;
}

/** One thing that is wrong with an import. */
export interface RegistryProblem {
  /** Into the document, such as `cameras.3.name`; empty when it concerns a file as a whole. */
  path: string;
  /** What is wrong and what to do, in English. */
  message: string;
  /** A surface has its own sentence for the code, filled with `value` (what stands in the cell) and `parameters`. */
  code: RegistryFaultCode;
  value?: string;
  parameters?: Record<string, string | number>;
  /** For tables: the file's name, its line counted from 1, and the column's header. */
  file?: string;
  line?: number;
  column?: string;
}
