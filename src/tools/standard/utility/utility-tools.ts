/** The tools for texts, times and data. */
import type { StandardTool } from "#tools/standard/standard-tool";
import { addDate } from "./add-date.ts";
import { buildUrl } from "./build-url.ts";
import { convertDate } from "./convert-date.ts";
import { dateDifference } from "./date-difference.ts";
import { decodeBase64 } from "./decode-base64.ts";
import { diffText } from "./diff-text.ts";
import { encodeBase64 } from "./encode-base64.ts";
import { fillTemplate } from "./fill-template.ts";
import { formatCsv } from "./format-csv.ts";
import { formatJson } from "./format-json.ts";
import { generateId } from "./generate-id.ts";
import { hashText } from "./hash-text.ts";
import { hmacText } from "./hmac-text.ts";
import { parseCsv } from "./parse-csv.ts";
import { parseUrl } from "./parse-url.ts";
import { queryJson } from "./query-json.ts";
import { searchText } from "./search-text.ts";
import { splitText } from "./split-text.ts";
import { tellDate } from "./tell-date.ts";
import { transformText } from "./transform-text.ts";

export const utilityTools: StandardTool[] = [
	...[tellDate, convertDate, addDate, dateDifference],
	...[queryJson, formatJson, parseCsv, formatCsv],
	...[transformText, searchText, splitText, diffText, fillTemplate],
	...[hashText, hmacText, encodeBase64, decodeBase64],
	...[parseUrl, buildUrl, generateId],
];
