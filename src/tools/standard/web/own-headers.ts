/** The request headers that nobody sets but the platform: they belong to the connection, or would claim another sender. */
export const ownHeaders =
	/^(?:accept-encoding|connection|content-length|expect|forwarded|host|keep-alive|te|trailer|transfer-encoding|upgrade|via|x-real-ip|(?:cf|proxy|sec|x-forwarded)-.*)$/i;
