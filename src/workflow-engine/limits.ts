/** What an execution may take. Everything that is recorded has to fit into rows of at most 2 MB. */

/** Of one node, as JSON, in characters. */
export const maxOutputLength = 400_000;
export const maxVariablesLength = 200_000;
/** Of a loop. */
export const maxItemsLength = 600_000;
/** Longer ones are left out of the row of an execution that has ended, and read from its events. */
export const maxStatesLength = 300_000;
/** Of the states of one that is shown, as JSON: what it records may be more than one answer holds. */
export const maxShownLength = 5_000_000;
/** In one execution. */
export const maxEvents = 200_000;
/** Executions that trigger or contain each other. */
export const maxDepth = 10;
/** Of one object, of which an owner has a few: what has not ended is in memory. */
export const maxOpenRuns = 5_000;
export const maxOpenCharacters = 24_000_000;
/** Of what a run was asked, in bytes: the definition and the input. */
export const maxRunBytes = 1_900_000;
/** Events that came before anything waited for them. */
export const maxInbox = 100;
