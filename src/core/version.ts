/** The version that `/health` and the OpenAPI documents tell; equal to package.json's. */
export const version = "0.1.0";
