/** What one run of a script may use, and the error that says it wanted more. */
import { AppError } from "#core/errors";

export interface ScriptLimits {
	/** Milliseconds, of waiting and of computing; 1,000 unless told, at most 30,000. */
	timeoutMs?: number;
	/** Milliseconds of computing alone, in which others wait; 200 unless told, at most 400. */
	cpuMs?: number;
	/** 32 MiB unless told, at most 64 MiB. */
	memoryBytes?: number;
	/** Of the returned value as JSON; 1 MiB unless told. */
	maxOutputBytes?: number;
	/** Of all log lines together; what comes after is dropped. 64 KiB unless told. */
	maxLogBytes?: number;
}

const mebibyte = 2 ** 20;

export function boundedLimits(limits: ScriptLimits): Required<ScriptLimits> {
	return {
		timeoutMs: bounded(limits.timeoutMs, 1_000, 1, 30_000),
		cpuMs: bounded(limits.cpuMs, 200, 1, 400),
		memoryBytes: bounded(limits.memoryBytes, 32 * mebibyte, mebibyte, 64 * mebibyte),
		maxOutputBytes: bounded(limits.maxOutputBytes, mebibyte, 1, 64 * mebibyte),
		maxLogBytes: bounded(limits.maxLogBytes, mebibyte / 16, 0, mebibyte),
	};
}

export function limitExceeded(message: string, cause?: unknown): AppError {
	return new AppError("limit_exceeded", message, { cause });
}

/** Others compute or wait, and the run's time is over before it could begin. */
export function busy(): AppError {
	return new AppError("service_unavailable", "Too many scripts are running.", { details: { retryAfter: 1 } });
}

function bounded(value: number | undefined, usual: number, least: number, most: number): number {
	return value === undefined || Number.isNaN(value) ? usual : Math.min(most, Math.max(least, Math.floor(value)));
}
