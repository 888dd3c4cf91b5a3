import type { HubFinder } from '../settings/connectPages.ts';
import { examineCode, examineHub } from './hubExamination.ts';
import { searchHubs } from './hubSearch.ts';

/** Finds hubs on the networks of this machine. */
export const hubFinder: HubFinder = { search: searchHubs, examine: examineHub, examineCode };
