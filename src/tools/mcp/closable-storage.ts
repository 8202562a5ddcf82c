/** Storage that takes no more once it is closed, so that what still runs then leaves nothing in an object that was emptied. */

interface ClosableStorage extends SyncKvStorage {
	close(): void;
}

export function closableStorage(kv: SyncKvStorage): ClosableStorage {
	let isClosed = false;
	return {
		get: (key) => kv.get(key),
		list: (options) => kv.list(options),
		put(key, value) {
			if (!isClosed) kv.put(key, value);
		},
		delete: (key) => !isClosed && kv.delete(key),
		close() {
			isClosed = true;
		},
	};
}
