/** The variables of a process; NodeJS.ProcessEnv would demand those that the Workers declare. */
export type Environment = Record<string, string | undefined>;
