/** The files of all users in one bucket: each under his own prefix, which no path leaves. */
import { AppError } from "#core/errors";
import { filePath, filePrefix } from "./file-path.ts";

export interface FileInfo {
	path: string;
	/** Bytes. */
	size: number;
	contentType: string;
	/** ISO 8601. */
	modifiedAt: string;
	/** Changes with the content. */
	etag: string;
}

export interface FileLimits {
	maxFileBytes: number;
	/** Of all files of an owner. */
	maxTotalBytes: number;
	maxFiles: number;
}

export interface FilePage {
	files: FileInfo[];
	/** The last path of this page, where another follows. */
	cursor: string | null;
}

const mebibyte = 1024 * 1024;
export const fileLimits: FileLimits = { maxFileBytes: mebibyte, maxTotalBytes: 100 * mebibyte, maxFiles: 1_000 };

export class FileStore {
	readonly #bucket: R2Bucket;
	readonly #limits: FileLimits;

	constructor(bucket: R2Bucket, limits = fileLimits) {
		this.#bucket = bucket;
		this.#limits = limits;
	}

	/** Takes the place of what is there. @throws {AppError} `payload_too_large`, `limit_exceeded`, `invalid_input` */
	async write(userId: string, path: string, content: Uint8Array, contentType: string): Promise<FileInfo> {
		const key = keyOf(userId, path);
		const { maxFileBytes } = this.#limits;
		if (content.byteLength > maxFileBytes) {
			throw new AppError(
				"payload_too_large",
				`A file has ${maxFileBytes} bytes at most, this one ${content.byteLength}.`,
			);
		}
		await this.#checkQuota(userId, key, content.byteLength);
		return infoOf(userId, await this.#bucket.put(key, content, { httpMetadata: { contentType } }));
	}

	/** @throws {AppError} `not_found`, `invalid_input` */
	async read(userId: string, path: string): Promise<{ info: FileInfo; content: Uint8Array }> {
		const stored = await this.#bucket.get(keyOf(userId, path));
		if (!stored) throw notFound(path);
		return { info: infoOf(userId, stored), content: new Uint8Array(await stored.arrayBuffer()) };
	}

	/** @throws {AppError} `not_found`, `invalid_input` */
	async info(userId: string, path: string): Promise<FileInfo> {
		const stored = await this.#bucket.head(keyOf(userId, path));
		if (!stored) throw notFound(path);
		return infoOf(userId, stored);
	}

	/** Whether there was such a file. */
	async delete(userId: string, path: string): Promise<boolean> {
		const key = keyOf(userId, path);
		const existed = (await this.#bucket.head(key)) !== null;
		if (existed) await this.#bucket.delete(key);
		return existed;
	}

	/** In the order of their paths, after the path `cursor`. */
	async list(userId: string, { prefix = "", cursor = "", limit = 100 } = {}): Promise<FilePage> {
		const page = await this.#bucket.list({
			prefix: folderOf(userId) + filePrefix(prefix),
			// A path, not R2's cursor: what a caller makes up is held to the rules of paths.
			startAfter: cursor === "" ? undefined : keyOf(userId, cursor),
			limit,
			include: ["httpMetadata"],
		});
		const files = page.objects.map((object) => infoOf(userId, object));
		return { files, cursor: page.truncated ? (files.at(-1)?.path ?? null) : null };
	}

	/** What is overwritten counts no more. Two writes at once may both pass: a quota, not a lock. */
	async #checkQuota(userId: string, key: string, size: number): Promise<void> {
		let total = size;
		let count = 1;
		for (let startAfter: string | undefined; ;) {
			const page = await this.#bucket.list({ prefix: folderOf(userId), startAfter });
			const others = page.objects.filter((object) => object.key !== key);
			count += others.length;
			total += others.reduce((sum, object) => sum + object.size, 0);
			startAfter = page.objects.at(-1)?.key;
			if (!page.truncated) break;
		}
		const { maxFiles, maxTotalBytes } = this.#limits;
		const full = (what: string) => new AppError("limit_exceeded", `An owner has ${what} at most; delete some first.`);
		if (count > maxFiles) throw full(`${maxFiles} files`);
		if (total > maxTotalBytes) throw full(`${maxTotalBytes} bytes in all files`);
	}
}

/** Encoded, so that no id is the beginning of another id and path. */
function folderOf(userId: string): string {
	return `files/${encodeURIComponent(userId)}/`;
}

function keyOf(userId: string, path: string): string {
	return folderOf(userId) + filePath(path);
}

function infoOf(userId: string, object: R2Object): FileInfo {
	return {
		path: object.key.slice(folderOf(userId).length),
		size: object.size,
		contentType: object.httpMetadata?.contentType ?? "application/octet-stream",
		modifiedAt: object.uploaded.toISOString(),
		etag: object.etag,
	};
}

function notFound(path: string): AppError {
	return new AppError("not_found", `There is no file "${path}".`);
}
