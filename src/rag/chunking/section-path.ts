/** The headings over a place in a document, outermost first. */

export interface SectionPath {
	enter(level: number, title: string): void;
	/** The same list until the next heading. */
	current(): string[];
}

export function sectionPath(): SectionPath {
	let open: { level: number; title: string }[] = [];
	let titles: string[] = [];
	return {
		enter(level, title) {
			open = [...open.filter((section) => section.level < level), { level, title }];
			titles = open.map((section) => section.title);
		},
		current: () => titles,
	};
}
