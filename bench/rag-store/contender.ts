/** A vector store that takes part: built once, then asked, as thoroughly as it is told. */
export interface Contender {
	name: string;
	/** Seconds from the first write until everything is found; `measured` says what they were spent on. */
	build(size: number): Promise<{ seconds: number; measured: string }>;
	/** The ids of the ten nearest. */
	search(query: number): Promise<string[]>;
	/** Milliseconds of so many searches, one after the other. */
	times(searches: number): Promise<number[]>;
	/** Of stores with a graph: how much of it a search looks at. */
	effort?: {
		/** What it is unless set. */
		usual: number;
		set(candidates: number): Promise<void>;
	};
	stop(): Promise<void>;
}
