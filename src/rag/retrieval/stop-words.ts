/**
 * English words that carry no meaning of their own, those of questions among them: a passage seldom has "what" or
 * "which", so that a count of passages takes them for telling.
 */
export const stopWords: ReadonlySet<string> = new Set(
	(
		"a about above after again against all also am an and any anyone are as at be because been before being below " +
		"between both but by can could did do does doing done down during each either etc few for from further give given " +
		"had has have having he her here hers him his how i if in into is it its itself just let like many may me might " +
		"more most much must my no nor not of off on once one only or other our ours out over own per please same shall " +
		"she should so some such than that the their theirs them then there these they this those through to too under " +
		"until up upon us very was we were what when where whether which while who whom whose why will with within without " +
		"would you your yours"
	).split(" "),
);
