/** Bindings stay the same for as long as a Worker runs, and so does what is made of them. */

/** `make`, asked once for each object. */
export function madeOnce<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
	const made = new WeakMap<Key, Made>();
	return (key) => {
		const known = made.get(key);
		if (known !== undefined) return known;
		const fresh = make(key);
		made.set(key, fresh);
		return fresh;
	};
}
