/**
 * The page that an authorization server sends the browser back to. It shows what the browser brought, to be completed
 * by the user who asked, and does nothing with it itself: whoever has opened the link may be another.
 */

/** What of the query is shown; anything else an address can say stays unsaid. */
export interface CallbackQuery {
	code?: string;
	state?: string;
	iss?: string;
	error?: string;
}

/** RFC 6749 §4.1.2: nothing with a space in it is a code. */
const shown = /^[\x21-\x7e]{1,4000}$/;
const errors = new Map([
	["access_denied", "Access was not given."],
	["temporarily_unavailable", "The authorization server is not available now."],
]);

export const callbackHeaders = {
	"content-type": "text/html; charset=utf-8",
	"content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
	"referrer-policy": "no-referrer",
	"x-content-type-options": "nosniff",
	"cache-control": "no-store",
};

export function callbackPage({ code, state, iss, error }: CallbackQuery): string {
	if (error !== undefined)
		return page(errors.get(error) ?? "The authorization server refused.", "Begin anew if you want to.");
	if (code === undefined || !shown.test(code) || state === undefined || !shown.test(state)) {
		return page("Nothing was received.", "There is no code in this address.");
	}
	const answer = { code, state, ...(iss !== undefined && shown.test(iss) && { iss }) };
	return page(
		"Received.",
		"Nothing is done yet. If it was you who asked for this, give the following to where you asked; if not, close this page and give it to nobody.",
		JSON.stringify(answer, undefined, "\t"),
	);
}

function page(title: string, text: string, answer?: string): string {
	return `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<title>Agentic Edge</title>
	</head>
	<body>
		<h1>${title}</h1>
		<p>${text}</p>${answer === undefined ? "" : `\n\t\t<pre>${escaped(answer)}</pre>`}
	</body>
</html>
`;
}

function escaped(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
